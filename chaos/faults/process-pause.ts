import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { isRunning, parseProcStat } from "../../lib/process/identity.ts";
import { defineFault } from "../fault.ts";
import type { Proof } from "../fault.ts";
import { answers, mustAnswer, probe, probeWords, secondsSince, until } from "../measure/probe.ts";
import { resolveProcess } from "../measure/target-process.ts";

const READY_MS = 5000;
/** Every thread stops within this, however many there are. */
const STOPS_WITHIN_MS = 1000;
/** Shorter than this an answer could still come of a process that is only slow. */
const SILENT_MS = 500;
const BACK_WITHIN_MS = 10_000;

/** Stops a local process with SIGSTOP: it keeps its connections and answers nothing, until SIGCONT. */
export const processPause = defineFault({
  kind: "process-pause",
  nature: "held",
  callerCounts: true,
  targetKind: "process",
  settings: z.strictObject({}),
  undoRecordSchema: z.strictObject({ pid: z.number(), startedAt: z.string() }),

  resolve: async (world, target) => {
    const found = await resolveProcess(world.env, target, "process-pause");
    await mustAnswer(world, found.readyUrl, READY_MS);
    return found;
  },

  undoRecord: ({ prepared }) => prepared.identity,

  locks: ({ prepared: { identity } }) => [`process ${identity.pid} ${identity.startedAt}`],

  undoCommand: ({ pid }) => `kill -CONT ${pid}`,

  inject: async ({ env }, { prepared: { identity, name } }) => {
    // The pid may have been handed out again since it was read.
    if ((await isRunning(env, identity)) && env.kill(identity.pid, "SIGSTOP")) return;
    throw new ProofloadError({
      code: "target-gone",
      message: `process ${name} (pid ${identity.pid}) ended before it was paused`,
      exitCode: 3,
    });
  },

  prove: async (world, { prepared: { identity, readyUrl } }) => {
    const { env } = world;
    const stopped = await until(world, STOPS_WITHIN_MS, async () => isStopped(env, identity.pid));
    if (!(await isRunning(env, identity))) return unseen(`pid ${identity.pid} has ended: somebody restarted it`);
    if (!stopped) return unseen(`pid ${identity.pid} runs: somebody continued it`);
    const end = await probe(world, readyUrl, SILENT_MS);
    const silent = end.kind === "silent";
    return {
      held: silent,
      measurement: {
        what: "time without an answer",
        unit: "ms",
        before: 0,
        asked: SILENT_MS,
        measured: silent ? end.ms : 0,
      },
      message: silent
        ? `pid ${identity.pid} is stopped and answers nothing`
        : `it is stopped, but ${readyUrl}: ${probeWords(end)}`,
    };
  },

  undo: async ({ env }, identity) => {
    if (await isRunning(env, identity)) env.kill(identity.pid, "SIGCONT");
  },

  proveUndone: async (world, { prepared: { readyUrl } }) => {
    const { env } = world;
    const startMs = env.clock.monotonicMs();
    const back = await until(world, BACK_WITHIN_MS, () => answers(env, readyUrl));
    const measured = secondsSince(env, startMs);
    return {
      held: back,
      measurement: { what: "time until it answered again", unit: "s", before: null, asked: null, measured },
      message: back ? `it answered again after ${measured} s` : `${readyUrl} did not answer within ${measured} s`,
    };
  },
});

function unseen(message: string): Proof {
  return { held: false, measurement: null, message };
}

/** Whether every thread of a process is stopped. Where there is no /proc its answers alone tell. */
async function isStopped(env: Pick<Env, "platform">, pid: number): Promise<boolean> {
  if (env.platform !== "linux") return true;
  const tasks = `/proc/${pid}/task`;
  const threads = await readdir(tasks).catch(() => []);
  const states = await Promise.all(
    threads.map(async (thread) => {
      const stat = await readFile(join(tasks, thread, "stat"), "utf8").catch(() => null);
      return stat === null ? null : parseProcStat(stat)?.state;
    }),
  );
  return states.length > 0 && states.every((state) => state === "T" || state === "t");
}
