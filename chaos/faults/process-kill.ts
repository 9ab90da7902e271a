import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { isRunning } from "../../lib/process/identity.ts";
import { defineFault } from "../fault.ts";
import { answers, secondsSince, until } from "../measure/probe.ts";
import { processOf, resolveProcess } from "../measure/target-process.ts";

const GONE_WITHIN_MS = 2000;

/** Kills a local process with SIGKILL; whoever looks after it has to bring it back. */
export const processKill = defineFault({
  kind: "process-kill",
  nature: "instant",
  callerCounts: true,
  targetKind: "process",
  settings: z.strictObject({ recoversWithin: durationSchema.default(10) }),
  undoRecordSchema: z.strictObject({ pid: z.number(), startedAt: z.string() }),

  resolve: ({ env }, target) => resolveProcess(env, target, "process-kill"),

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
