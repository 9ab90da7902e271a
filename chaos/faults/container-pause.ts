import { z } from "zod";

import { defineFault } from "../fault.ts";
import {
  containerRecordShape,
  controlOf,
  dockerCommand,
  isSilent,
  proveBack,
  resolveContainer,
  unseen,
  whyAnotherStart,
} from "../measure/target-container.ts";

const BACK_WITHIN_MS = 10_000;
const SILENT_MS = 500;

/** Freezes all processes of a container: it keeps its connections and answers nothing. */
export const containerPause = defineFault({
  kind: "container-pause",
  nature: "held",
  callerCounts: true,
  targetKind: "container",
  settings: z.strictObject({}),
  undoRecordSchema: z.strictObject(containerRecordShape),

  resolve: (world, target) => resolveContainer(world, target, "container-pause", "pause"),

  undoRecord: ({ prepared: { engine, id } }) => ({ engine, id }),

  locks: ({ prepared: { id } }) => [`container ${id} life`],

  undoCommand: ({ engine, id }) => dockerCommand(engine, `unpause ${id}`),

  inject: async ({ env }, { prepared: { engine, id } }) => (await controlOf(env, engine)).pause(id),

  prove: async (world, { prepared }) => {
    const state = await (await controlOf(world.env, prepared.engine)).inspect(prepared.id);
    const why = whyAnotherStart(prepared, state);
    if (why !== null) return unseen(why);
    if (state?.paused !== true) return unseen(`container ${prepared.name} is not paused: somebody unpaused it`);
    const { silent, words } = await isSilent(world, prepared, SILENT_MS);
    return {
      held: silent,
      measurement: { what: "containers of it that are paused", unit: "1", before: 0, asked: 1, measured: 1 },
      message: silent ? `container ${prepared.name} is paused` : `it is paused, but ${words}`,
    };
  },

  undo: async ({ env }, { engine, id }) => {
    const control = await controlOf(env, engine);
    if ((await control.inspect(id))?.paused === true) await control.unpause(id);
  },

  proveUndone: (world, { prepared }) =>
    proveBack(world, prepared, { withinMs: BACK_WITHIN_MS, sinceMs: world.env.clock.monotonicMs(), asked: null }),
});
