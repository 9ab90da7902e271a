import { readFile, readlink } from "node:fs/promises";

import { z } from "zod";

import type { ContainerControl, ContainerState } from "../../lib/docker/index.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError, usageError } from "../../lib/errors.ts";
import type { FaultWorld, Proof } from "../fault.ts";
import type { Target } from "../target.ts";
import { mustAnswer, probe, probeWords, secondsSince, until } from "./probe.ts";

const READY_MS = 5000;

/** A container as it was before its fault. */
export interface ContainerBefore extends Extract<Target, { readonly kind: "container" }> {
  readonly state: ContainerState;
}

/** Which container, for an undo in another process: the engine's id, which no other container will ever have. */
export const containerRecordShape = { engine: z.string(), id: z.string() };

/** Control of an engine's containers; its client is loaded only then, being large. */
export async function controlOf(env: Env, engine: string): Promise<ContainerControl> {
  return (await import("../../lib/docker/index.ts")).createContainerControl(env, engine);
}

/** What an engine must be able to do for a fault. */
export type EngineNeed = "cpuLimit" | "memoryLimit" | "pause";

const NEED_WORDS: Readonly<Record<EngineNeed, string>> = {
  cpuLimit: "limit the CPU of its containers",
  memoryLimit: "limit the memory of its containers",
  pause: "pause its containers",
};

/** The target of a fault on containers as it is now; throws when it is of another kind, does not run, or does not answer, and when its engine can't do what the fault needs. */
export async function resolveContainer(
  world: FaultWorld,
  target: Target,
  kind: string,
  need?: EngineNeed,
): Promise<ContainerBefore> {
  if (target.kind !== "container") {
    throw usageError("wrong-target", `${kind} works on a container, not on a ${target.kind}`);
  }
  const control = await controlOf(world.env, target.engine);
  if (need !== undefined) await refuseUnable(control, target.engine, need);
  const state = await control.inspect(target.id);
  if (state?.running !== true || state.paused) {
    const how = state === null ? "is gone" : state.paused ? "is paused" : "does not run";
    throw new ProofloadError({ code: "no-target", message: `container ${target.name} ${how}`, exitCode: 4 });
  }
  if (target.readyUrl !== null) await mustAnswer(world, target.readyUrl, READY_MS);
  return { ...target, state };
}

/** The same for faults in which the container may end; throws for one that would be gone for good then. */
export async function resolveRestartable(
  world: FaultWorld,
  target: Target,
  kind: string,
  need?: EngineNeed,
): Promise<ContainerBefore> {
  const found = await resolveContainer(world, target, kind, need);
  if (!found.state.removedAtEnd) return found;
  throw usageError(
    "wrong-target",
    `container ${found.name} was started with --rm: when it ends it is removed, and nothing could start it again`,
    "Start it without --rm, or use container-pause.",
  );
}

async function refuseUnable(control: ContainerControl, engine: string, need: EngineNeed): Promise<void> {
  const abilities = await control.abilities();
  if (abilities[need]) return;
  throw new ProofloadError({
    code: "engine-unable",
    message: `the Docker engine at ${engine} can't ${NEED_WORDS[need]} (it runs ${abilities.words})`,
    hint: "Use one that runs as root, or delegate the control groups cpu and memory to it.",
    exitCode: 4,
  });
}

/**
 * Whether a pid that the engine tells is a process of that container on this machine: its control groups, or its mounts, carry the container's id. An engine in a
 * virtual machine, or on another one, tells pids that mean other processes here.
 */
export async function isOnThisMachine(pid: number, id: string): Promise<boolean> {
  if (pid < 2) return false;
  const texts = await Promise.all(
    ["cgroup", "mountinfo"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
  );
  return texts.some((text) => text.includes(id));
}

/** What nobody else may touch while a fault is on a container's network: the container's, and the network itself, which several may share (`--network container:…`). */
export async function networkLocks({ id, state }: Pick<ContainerBefore, "id" | "state">): Promise<readonly string[]> {
  const own = `container ${id} network`;
  if (!(await isOnThisMachine(state.pid, id))) return [own];
  // `net:[4026532281]`: the kernel's own number of it.
  const namespace = await readlink(`/proc/${state.pid}/ns/net`).catch(() => null);
  return namespace === null ? [own] : [own, `network ${namespace}`];
}

/** The command that undoes something by hand, on the engine where it was done. */
export function dockerCommand(engine: string, command: string): string {
  return `docker -H ${engine} ${command}`;
}

/** A proof of which nothing was seen. */
export function unseen(message: string): Proof {
  return { held: false, measurement: null, message };
}

/** Why this is not the start of the container that the fault is on; null when it is. */
export function whyAnotherStart(before: ContainerBefore, now: ContainerState | null): string | null {
  if (now === null) return `container ${before.name} is gone: somebody removed it`;
  if (now.startedAt !== before.state.startedAt) return `container ${before.name} was restarted by somebody`;
  return null;
}

/** Whether it answers nothing now; a container without a URL to ask is taken at its word. */
export async function isSilent(
  world: FaultWorld,
  { readyUrl }: Pick<ContainerBefore, "readyUrl">,
  timeoutMs: number,
): Promise<{ readonly silent: boolean; readonly words: string }> {
  if (readyUrl === null) return { silent: true, words: "nobody can ask it" };
  const end = await probe(world, readyUrl, timeoutMs);
  return { silent: end.kind !== "answered", words: `${readyUrl}: ${probeWords(end)}` };
}

/** Measures until the container runs, is not paused, and answers where it can be asked. */
export async function proveBack(
  world: FaultWorld,
  { engine, id, name, readyUrl }: ContainerBefore,
  options: {
    readonly withinMs: number;
    readonly sinceMs: number;
    readonly asked: number | null;
    readonly notStart?: string;
  },
): Promise<Proof> {
  const control = await controlOf(world.env, engine);
  const back = await until(world, Math.max(0, options.withinMs), async () => {
    const state = await control.inspect(id);
    if (state?.running !== true || state.paused || state.startedAt === options.notStart) return false;
    return readyUrl === null || (await probe(world, readyUrl, 1000)).kind === "answered";
  });
  const measured = secondsSince(world.env, options.sinceMs);
  return {
    held: back,
    measurement: { what: "time until it was back", unit: "s", before: null, asked: options.asked, measured },
    message: back
      ? `container ${name} was back after ${measured} s`
      : `container ${name} was not back after ${measured} s`,
  };
}
