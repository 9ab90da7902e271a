import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { defineFault } from "../fault.ts";
import {
  containerRecordShape,
  controlOf,
  dockerCommand,
  isSilent,
  proveBack,
  resolveRestartable,
  unseen,
} from "../measure/target-container.ts";

const BACK_WITHIN_MS = 30_000;
const SILENT_MS = 500;

/** Stops a container, and starts it again. */
export const containerStop = defineFault({
  kind: "container-stop",
  nature: "held",
  callerCounts: true,
  targetKind: "container",
  settings: z.strictObject({
    /** So long it may take to end by itself. */
    grace: durationSchema.default(10),
  }),
  undoRecordSchema: z.strictObject(containerRecordShape),

  resolve: (world, target) => resolveRestartable(world, target, "container-stop"),

  undoRecord: ({ prepared: { engine, id } }) => ({ engine, id }),

  locks: ({ prepared: { id } }) => [`container ${id} life`],

  undoCommand: ({ engine, id }) => dockerCommand(engine, `start ${id}`),

  inject: async ({ env }, { prepared: { engine, id }, settings: { grace } }) =>
    (await controlOf(env, engine)).stop(id, Math.ceil(grace)),

  prove: async (world, { prepared }) => {
    const state = await (await controlOf(world.env, prepared.engine)).inspect(prepared.id);
    if (state === null) return unseen(`container ${prepared.name} is gone: somebody removed it`);
    if (state.running) return unseen(`container ${prepared.name} runs: somebody started it`);
    const { silent, words } = await isSilent(world, prepared, SILENT_MS);
    return {
      held: silent,
      measurement: { what: "containers of it that run", unit: "1", before: 1, asked: 0, measured: 0 },
      message: silent ? `container ${prepared.name} is stopped` : `it is stopped, but ${words}`,
    };
  },

  undo: async ({ env }, { engine, id }) => {
    const control = await controlOf(env, engine);
    if ((await control.inspect(id)) !== null) await control.start(id);
  },

  proveUndone: (world, { prepared }) =>
    proveBack(world, prepared, { withinMs: BACK_WITHIN_MS, sinceMs: world.env.clock.monotonicMs(), asked: null }),
});
