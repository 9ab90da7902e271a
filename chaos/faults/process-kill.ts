import { readFile } from "node:fs/promises";

import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError, usageError } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import { identifyProcess, isRunning } from "../../lib/process/identity.ts";
import type { ProcessIdentity } from "../../lib/process/identity.ts";
import { defineFault } from "../fault.ts";
import type { FaultWorld } from "../fault.ts";

const GONE_WITHIN_MS = 2000;

/** Kills a local process with SIGKILL; whoever looks after it has to bring it back. */
export const processKill = defineFault({
  kind: "process-kill",
  nature: "instant",
  callerCounts: true,
  targetKind: "process",
  settings: z.strictObject({ recoversWithin: durationSchema.default(10) }),
  undoRecordSchema: z.strictObject({ pid: z.number(), startedAt: z.string() }),

  resolve: async ({ env }, target) => {
    if (target.kind !== "process") {
      throw usageError("wrong-target", `process-kill works on a process, not on a ${target.kind}`);
    }
    const identity = await processOf(env, target.pidFile);
    if (identity === null) {
      throw new ProofloadError({
        code: "no-target",
        message: `process ${target.name} is not running: ${target.pidFile} names no living process`,
        exitCode: 4,
      });
    }
    if (identity.pid === env.pid) throw usageError("own-process", "proofload does not kill its own processes");
    return { ...target, identity };
  },

  undoRecord: ({ prepared }) => prepared.identity,

  locks: ({ prepared: { identity } }) => [`process ${identity.pid} ${identity.startedAt}`],

  undoCommand: ({ pid }) => `# nothing to undo: who looks after process ${pid} starts it again`,

  inject: async ({ env }, { prepared }) => {
    // The pid may have been handed out again since it was read.
    const killed = (await isRunning(env, prepared.identity)) && env.kill(prepared.identity.pid, "SIGKILL");
    if (!killed) {
      throw new ProofloadError({
        code: "target-gone",
        message: `process ${prepared.name} (pid ${prepared.identity.pid}) ended before it was killed`,
        exitCode: 3,
      });
    }
  },

  prove: async (world, { prepared }, injectedAtMs) => {
    const { env } = world;
    const gone = await until(world, GONE_WITHIN_MS, async () => !(await isRunning(env, prepared.identity)));
    const seconds = secondsSince(env, injectedAtMs);
    return {
      held: gone,
      measurement: gone
        ? { what: "time until the process was gone", unit: "s", before: null, asked: 0, measured: seconds }
        : null,
      message: gone ? `pid ${prepared.identity.pid} is gone` : `pid ${prepared.identity.pid} is still running`,
    };
  },

  // A kill has nothing to undo: what it did is done, and a supervisor brings the process back.
  undo: async () => undefined,

  proveUndone: async (world, { prepared, settings }, injectedAtMs) => {
    const { env } = world;
    const deadlineMs = settings.recoversWithin * 1000 - (env.clock.monotonicMs() - injectedAtMs);
    const back = await until(world, Math.max(deadlineMs, 0), async () => {
      const now = await processOf(env, prepared.pidFile);
      const isNew =
        now !== null && !(now.pid === prepared.identity.pid && now.startedAt === prepared.identity.startedAt);
      return isNew && (await answers(env, prepared.readyUrl));
    });
    const seconds = secondsSince(env, injectedAtMs);
    return {
      held: back,
      measurement: {
        what: "time until it answered again",
        unit: "s",
        before: null,
        asked: settings.recoversWithin,
        measured: seconds,
      },
      message: back
        ? `process ${prepared.name} answered again after ${seconds} s`
        : `process ${prepared.name} did not come back within ${settings.recoversWithin} s`,
    };
  },
});

async function processOf(env: Env, pidFile: string): Promise<ProcessIdentity | null> {
  const text = await readFile(pidFile, "utf8").catch(() => "");
  const pid = /^\s*(\d+)\s*$/.exec(text)?.[1];
  // 0 and 1 would mean this process group and init.
  return pid === undefined || Number(pid) < 2 ? null : identifyProcess(env, Number(pid));
}

async function answers(env: Env, url: string): Promise<boolean> {
  const reply = await httpRequest(env, url, { timeoutMs: 1000 }).catch(() => null);
  return reply !== null && reply.status >= 200 && reply.status < 300;
}

async function until({ env, signal }: FaultWorld, timeoutMs: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = env.clock.monotonicMs() + timeoutMs;
  for (;;) {
    if (await holds()) return true;
    if (env.clock.monotonicMs() >= deadline) return false;
    await env.clock.sleep(20, signal);
  }
}

function secondsSince(env: Env, startMs: number): number {
  return Math.round(env.clock.monotonicMs() - startMs) / 1000;
}
