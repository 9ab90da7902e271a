import { crc32 } from "node:zlib";

import { z } from "zod";

import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { identifyProcess, isRunning } from "../../lib/process/identity.ts";
import { defineFault } from "../fault.ts";
import { isAbout, LEAST_PACKETS, watchPackets } from "../measure/packets.ts";
import type { Packets } from "../measure/packets.ts";
import { probe } from "../measure/probe.ts";
import {
  containerRecordShape,
  isOnThisMachine,
  networkLocks,
  resolveContainer,
  unseen,
} from "../measure/target-container.ts";

const TIMEOUT_MS = 10_000;
const PROBE_MS = 300;
/** One after another they would be a matter of seconds where most packets are lost: longer than the last look at a fault may take. */
const PROBES_AT_ONCE = 5;
/** iptables takes no longer names. */
const LONGEST_CHAIN = 28;

/** Drops a share of the packets of a container at random, both ways, by a chain of its own in the container's network. */
export const packetLoss = defineFault({
  kind: "packet-loss",
  nature: "held",
  callerCounts: true,
  targetKind: "container",
  settings: z.strictObject({
    /** The share of packets that is dropped, 0.3 for instance. */
    loss: z.number().gt(0).lte(1),
  }),
  undoRecordSchema: z.strictObject({
    ...containerRecordShape,
    pid: z.number(),
    startedAt: z.string(),
    chain: z.string(),
  }),

  resolve: async (world, target, name) => {
    const found = await resolveContainer(world, target, "packet-loss");
    const isHere = await isOnThisMachine(found.state.pid, found.id);
    const identity = isHere ? await identifyProcess(world.env, found.state.pid) : null;
    if (identity === null) throw notHere(found.name, "its process is not on this machine");
    const listed = await iptables(world.env, identity.pid, ["-S"]);
    if (listed.code !== 0) throw notHere(found.name, listed.stderr.trim() || `iptables ended with ${listed.code}`);
    const digest = crc32(`${world.runId} ${name}`).toString(16).padStart(8, "0");
    return {
      ...found,
      identity,
      locks: await networkLocks(found),
      chain: `proofload-${digest}`.slice(0, LONGEST_CHAIN),
    };
  },

  undoRecord: ({ prepared: { engine, id, identity, chain } }) => ({ engine, id, ...identity, chain }),

  locks: ({ prepared }) => prepared.locks,

  undoCommand: ({ pid, chain }) =>
    undoSteps(chain)
      .map((step) => `nsenter -t ${pid} -n iptables ${step.join(" ")}`)
      .join("; "),

  inject: async ({ env }, { prepared: { identity, chain }, settings: { loss } }) => {
    const steps = [
      ["-N", chain],
      // Its counter tells how many packets came by.
      ["-A", chain, "!", "-i", "lo"],
      ["-A", chain, "-m", "statistic", "--mode", "random", "--probability", String(loss), "-j", "DROP"],
      ["-I", "INPUT", "!", "-i", "lo", "-j", chain],
      ["-I", "OUTPUT", "!", "-o", "lo", "-j", chain],
    ];
    for (const step of steps) {
      const { code, stderr } = await iptables(env, identity.pid, step);
      if (code !== 0) throw new Error(`iptables ${step.join(" ")}: ${stderr.trim()}`);
    }
  },

  prove: async (world, { prepared, settings: { loss } }) => {
    const { env } = world;
    const { identity, chain, readyUrl, name } = prepared;
    if (!(await isRunning(env, identity))) return unseen(`container ${name} was restarted by somebody`);
    const seen = await watchPackets(env, {
      loss,
      count: () => packetsOf(env, identity.pid, chain),
      letPass: () =>
        readyUrl === null
          ? env.clock.sleep(PROBE_MS, world.signal)
          : Promise.all(Array.from({ length: PROBES_AT_ONCE }, () => probe(world, readyUrl, PROBE_MS))),
    });
    if (seen === null) return unseen(`the chain ${chain} is gone: somebody removed it`);
    if (seen.all < LEAST_PACKETS) return unseen(`only ${seen.all} packets came by: too few to tell a share`);
    return {
      held: isAbout(seen, loss),
      measurement: {
        what: "packets dropped",
        unit: "%",
        before: 0,
        asked: Math.round(100 * loss),
        measured: Math.round((100 * seen.dropped) / seen.all),
      },
      message: `${seen.dropped} of ${seen.all} packets were dropped`,
    };
  },

  undo: async ({ env }, { pid, startedAt, chain }) => {
    // The rules go with the network of the container, which goes with its process.
    if (!(await isRunning(env, { pid, startedAt }))) return;
    for (const step of undoSteps(chain)) await iptables(env, pid, step);
    const left = await packetsOf(env, pid, chain);
    if (left !== null && (await isRunning(env, { pid, startedAt })))
      throw new Error(`the chain ${chain} is still there`);
  },

  proveUndone: async (world, { prepared }) => {
    const { identity, chain, readyUrl, name } = prepared;
    if ((await packetsOf(world.env, identity.pid, chain)) !== null) return unseen(`the chain ${chain} is still there`);
    const end = readyUrl === null ? null : await probe(world, readyUrl, TIMEOUT_MS);
    const held = end === null || end.kind === "answered";
    return {
      held,
      measurement: { what: "time until it answered", unit: "ms", before: null, asked: null, measured: end?.ms ?? 0 },
      message: held ? `container ${name} answers` : `container ${name} does not answer`,
    };
  },
});

function undoSteps(chain: string): readonly (readonly string[])[] {
  return [
    ["-D", "INPUT", "!", "-i", "lo", "-j", chain],
    ["-D", "OUTPUT", "!", "-o", "lo", "-j", chain],
    ["-F", chain],
    ["-X", chain],
  ];
}

/** How many packets came by, and how many were dropped; null without such a chain. */
async function packetsOf(env: Env, pid: number, chain: string): Promise<Packets | null> {
  const { code, stdout } = await iptables(env, pid, ["-n", "-v", "-x", "-L", chain]);
  if (code !== 0) return null;
  const counts = stdout
    .split("\n")
    .slice(2)
    .flatMap((line) => /^\s*(\d+)\s/.exec(line)?.[1] ?? []);
  const [all = "0", dropped = "0"] = counts;
  return { all: Number(all), dropped: Number(dropped) };
}

function iptables(env: Env, pid: number, args: readonly string[]): ReturnType<Env["run"]> {
  return env.run({ argv: ["nsenter", "-t", String(pid), "-n", "iptables", "-w", "5", ...args], timeoutMs: TIMEOUT_MS });
}

function notHere(name: string, why: string): ProofloadError {
  return new ProofloadError({
    code: "not-here",
    message: `packets of container ${name} can't be dropped from here: ${why}`,
    hint: "It must be on this machine, this user must be root, and iptables and nsenter must be there.",
    exitCode: 4,
  });
}
