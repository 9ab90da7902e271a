import { crc32 } from "node:zlib";

import { createDraw } from "../../chaos/schedule.ts";
import type { EngineWorld } from "../../chaos/engine-world.ts";
import { findTarget } from "../../chaos/target.ts";
import type { Target } from "../../chaos/target.ts";
import type { Project } from "../../lib/config/project.ts";
import type { DockerEngine, ListedContainer } from "../../lib/docker/index.ts";
import { usageError } from "../../lib/errors.ts";
import type { ContainerSelection, ExperimentPlan, FaultPlan, Take } from "../../lib/run/plan.ts";

/** What a container carries that opted in to be found by a selection. */
export const TARGET_LABEL = "proofload.target";
const COMPOSE_SERVICE = "com.docker.compose.service";

export interface TargetsOptions {
  readonly runId: string;
  readonly project: Project;
  /** The processes and proxies that opted in. */
  readonly targets: readonly Target[];
  readonly experiment: Pick<ExperimentPlan, "blastRadius" | "seed">;
  /** Called when a fault is for a container: most runs have none, and the client is large. */
  readonly connect: () => Promise<Pick<DockerEngine, "address" | "listRunning">>;
}

/**
 * Finds the targets of faults as they are when it is called: named ones, and containers by what they carry, of which the experiment's seed draws. Throws a usage
 * error (exit code 2) for one that did not opt in, that must never be touched, or when there are none or more than the blast radius allows.
 */
export function createFindTargets(options: TargetsOptions): EngineWorld["findTargets"] {
  const { connect, targets } = options;
  const { never } = options.experiment.blastRadius;
  let engine: ReturnType<typeof connect> | null = null;
  const running = async (): Promise<readonly ListedContainer[]> => {
    engine ??= connect();
    return (await engine).listRunning();
  };
  const toTarget = async (container: ListedContainer, name: string, readyUrl: string | null): Promise<Target> => ({
    kind: "container",
    name,
    engine: (await engine)?.address ?? "",
    id: container.id,
    readyUrl,
  });
  return async (plan) => {
    if (plan.select !== undefined) {
      const chosen = choose(await running(), plan, plan.select, options.experiment);
      return Promise.all(chosen.map((container) => toTarget(container, container.name, null)));
    }
    if (never.includes(plan.target)) throw forbidden(plan.name, plan.target);
    const [kind, name = ""] = plan.target.split("/");
    if (kind !== "container") return [findTarget(targets, plan.target)];
    const { container, readyUrl } = named(await running(), name, options);
    if (never.includes(container.name)) throw forbidden(plan.name, container.name);
    return [await toTarget(container, name, readyUrl)];
  };
}

/** The container that `container/NAME` means: the run's own of that process, or the one that proofload.yaml describes. */
function named(
  all: readonly ListedContainer[],
  name: string,
  { project, runId }: TargetsOptions,
): { readonly container: ListedContainer; readonly readyUrl: string | null } {
  const { processes, containers, url } = project.spec.service;
  const given = containers[name];
  const fits =
    given === undefined
      ? all.filter(({ labels }) => labels["proofload.run"] === runId && labels["proofload.process"] === name)
      : all.filter((one) => matches(one, { labels: given.labels, name: given.name, service: given.service }));
  const [container, ...more] = fits;
  if (container === undefined) {
    throw usageError(
      "no-container",
      `no container that runs is container/${name}`,
      "Start it, or mend its description under `service.containers` in proofload.yaml.",
    );
  }
  if (more.length > 0) {
    const names = fits.map((one) => one.name).toSorted();
    throw usageError(
      "several-containers",
      `container/${name} could be any of ${names.join(", ")}`,
      "Describe one of them under `service.containers` in proofload.yaml, or use `select` in the experiment.",
    );
  }
  return { container, readyUrl: given === undefined ? (processes[name]?.ready ?? url) : (given.ready ?? null) };
}

function choose(
  all: readonly ListedContainer[],
  { name: fault, target }: FaultPlan,
  { take, ...wanted }: ContainerSelection,
  { blastRadius, seed }: TargetsOptions["experiment"],
): readonly ListedContainer[] {
  const fits = all.filter((one) => matches(one, wanted));
  const willing = fits.filter(({ labels }) => labels[TARGET_LABEL] === "true");
  const allowed = willing.filter(({ name }) => !blastRadius.never.includes(name));
  if (allowed.length === 0) {
    const why =
      fits.length === 0
        ? "none that runs fits"
        : willing.length === 0
          ? `of ${fits.length} that fit none opted in`
          : "all that fit are never to be touched";
    throw usageError(
      "no-target",
      `fault ${fault}: ${target}: ${why}`,
      `Containers opt in by the label ${TARGET_LABEL}=true.`,
    );
  }
  const count = numberOf(take, allowed.length);
  if (count > allowed.length) {
    throw usageError("no-target", `fault ${fault}: ${target}: only ${allowed.length} may be taken`);
  }
  if (count > blastRadius.share * allowed.length) {
    throw usageError(
      "blast-radius",
      `fault ${fault}: ${count} of ${allowed.length} containers is more than its blast radius allows (share: ${blastRadius.share})`,
      "Take fewer, or raise spec.blastRadius.share of the experiment.",
    );
  }
  return draw(allowed, count, seed, fault);
}

function matches(
  { name, labels }: ListedContainer,
  wanted: {
    readonly labels: ContainerSelection["labels"];
    readonly name?: string | null | undefined;
    readonly service?: string | null | undefined;
  },
): boolean {
  return (
    (wanted.name === undefined || wanted.name === null || wanted.name === name) &&
    (wanted.service === undefined || wanted.service === null || labels[COMPOSE_SERVICE] === wanted.service) &&
    Object.entries(wanted.labels).every(([label, value]) => labels[label] === value)
  );
}

/** A share that is none in whole containers is one: none would prove nothing. */
function numberOf(take: Take, of: number): number {
  switch (take.kind) {
    case "all":
      return of;
    case "count":
      return take.count;
    case "share":
      return Math.max(1, Math.floor(take.share * of));
  }
}

/** So many of them, the same ones for the same seed, names and fault. */
function draw(
  all: readonly ListedContainer[],
  count: number,
  seed: number | null,
  fault: string,
): readonly ListedContainer[] {
  const left = all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (seed === null) return left.slice(0, count);
  const next = createDraw((seed ^ crc32(fault)) >>> 0);
  return Array.from({ length: count }, () => left.splice(Math.floor(next() * left.length), 1)).flat();
}

function forbidden(fault: string, target: string): Error {
  return usageError("blast-radius", `fault ${fault}: ${target} is never to be touched (spec.blastRadius.never)`);
}
