import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { defineFault } from "../fault.ts";
import { secondsSince, until } from "../measure/probe.ts";
import {
  containerRecordShape,
  controlOf,
  dockerCommand,
  isOnThisMachine,
  proveBack,
  resolveRestartable,
  unseen,
} from "../measure/target-container.ts";

const GONE_WITHIN_MS = 5000;

/** Kills a container's first process. Whoever looks after it has to bring it back; the undo starts it where nobody did. */
export const containerKill = defineFault({
  kind: "container-kill",
  nature: "instant",
  callerCounts: true,
  targetKind: "container",
  settings: z.strictObject({
    /** `crash` kills the process as a crash would, so that a restart policy applies; `kill` asks the engine, after which none does. */
    how: z.enum(["crash", "kill"]).default("crash"),
    recoversWithin: durationSchema.default(30),
  }),
  undoRecordSchema: z.strictObject(containerRecordShape),

  resolve: async (world, target, _, { how }) => {
    const found = await resolveRestartable(world, target, "container-kill");
    if (how === "crash" && !(await isOnThisMachine(found.state.pid, found.id))) {
      throw new ProofloadError({
        code: "not-here",
        message: `the process of container ${found.name} can't be killed from here: it is on another machine, or another user's`,
        hint: "Use the setting `how: kill`, which asks the engine; a restart policy does not apply then.",
        exitCode: 4,
      });
    }
    return found;
  },

  undoRecord: ({ prepared: { engine, id } }) => ({ engine, id }),

  locks: ({ prepared: { id } }) => [`container ${id} life`],

  undoCommand: ({ engine, id }) => dockerCommand(engine, `start ${id}`),

  inject: async ({ env }, { prepared: { engine, id, name, state }, settings: { how } }) => {
    if (how === "kill") return (await controlOf(env, engine)).kill(id, "SIGKILL");
    // The pid may have been handed out again since it was read.
    if ((await isOnThisMachine(state.pid, id)) && env.kill(state.pid, "SIGKILL")) return;
    throw new ProofloadError({
      code: "target-gone",
      message: `container ${name} ended before it was killed`,
      exitCode: 3,
    });
  },

  prove: async (world, { prepared: { engine, id, name, state } }, injectedAtMs) => {
    const control = await controlOf(world.env, engine);
    const gone = await until(world, GONE_WITHIN_MS, async () => {
      const now = await control.inspect(id);
      return now?.running !== true || now.startedAt !== state.startedAt;
    });
    if (!gone) return unseen(`container ${name} still runs`);
    const measured = secondsSince(world.env, injectedAtMs);
    return {
      held: true,
      measurement: { what: "time until it was gone", unit: "s", before: null, asked: 0, measured },
      message: `container ${name} is gone`,
    };
  },

  undo: async ({ env }, { engine, id }) => {
    const control = await controlOf(env, engine);
    const state = await control.inspect(id);
    if (state !== null && !state.running) await control.start(id);
  },

  proveUndone: (world, { prepared, settings: { recoversWithin } }, injectedAtMs) =>
    proveBack(world, prepared, {
      withinMs: recoversWithin * 1000 - (world.env.clock.monotonicMs() - injectedAtMs),
      sinceMs: injectedAtMs,
      asked: recoversWithin,
      notStart: prepared.state.startedAt,
    }),
});
