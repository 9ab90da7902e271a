import { z } from "zod";

import { sizeSchema } from "../../lib/config/size.ts";
import type { ContainerLimits } from "../../lib/docker/index.ts";
import { defineFault } from "../fault.ts";
import {
  containerRecordShape,
  controlOf,
  dockerCommand,
  resolveRestartable,
  unseen,
  whyAnotherStart,
} from "../measure/target-container.ts";

const LEAST_BYTES = 6 * 2 ** 20;
/** What no machine has: an engine knows no way back to no limit at all. */
const PLENTY_BYTES = 2 ** 46;

/** Lowers how much memory a container may have. What uses more is killed by its kernel. */
export const memory = defineFault({
  kind: "memory",
  nature: "held",
  callerCounts: true,
  targetKind: "container",
  settings: z.strictObject({
    /** What is left. */
    limit: sizeSchema.refine((bytes) => bytes >= LEAST_BYTES, "expected 6MiB or more: engines take no less"),
  }),
  undoRecordSchema: z.strictObject({ ...containerRecordShape, memory: z.number(), memorySwap: z.number() }),

  resolve: (world, target) => resolveRestartable(world, target, "memory", "memoryLimit"),

  undoRecord: ({ prepared: { engine, id, state } }) => ({
    engine,
    id,
    memory: state.limits.memory,
    memorySwap: state.limits.memorySwap,
  }),

  locks: ({ prepared: { id } }) => [`container ${id} memory`],

  undoCommand: ({ engine, id, ...before }) => {
    const { bytes, swap } = restored(before);
    // Swap first: memory may not be more than both together.
    return `${dockerCommand(engine, `update --memory-swap ${swap} ${id}`)}; ${dockerCommand(engine, `update --memory ${bytes} --memory-swap ${swap} ${id}`)}`;
  },

  inject: async ({ env }, { prepared: { engine, id }, settings: { limit } }) =>
    (await controlOf(env, engine)).update(id, { memory: limit, memorySwap: limit }),

  prove: async (world, { prepared, settings: { limit } }, injectedAtMs) => {
    const control = await controlOf(world.env, prepared.engine);
    const state = await control.inspect(prepared.id);
    // That it ran out of memory, and was killed for that, is the fault's own effect.
    if (state === null) return unseen(`container ${prepared.name} is gone: somebody removed it`);
    if (!state.running && !state.outOfMemory)
      return unseen(`container ${prepared.name} does not run: somebody stopped it`);
    if (!state.running) {
      const { memory: stored } = state.limits;
      const held = stored === limit;
      return {
        held,
        measurement: limitOf(prepared.state.limits.memory, limit, stored),
        message: "it ran out of memory",
      };
    }
    const restarted = whyAnotherStart(prepared, state) !== null;
    const { clock } = world.env;
    const injectedAt = (clock.now() - (clock.monotonicMs() - injectedAtMs)) / 1000;
    const killed = await control.outOfMemorySince(prepared.id, injectedAt);
    const { memoryLimit } = await control.use(prepared.id);
    // Kernels round to pages.
    const held = Math.abs(memoryLimit - limit) <= 2 ** 16;
    return {
      held,
      measurement: limitOf(prepared.state.limits.memory, limit, memoryLimit),
      message: held
        ? `it may have ${mebibytes(memoryLimit)} MiB${deathWords(killed, restarted)}`
        : `its kernel's limit is ${mebibytes(memoryLimit)} MiB, ${mebibytes(limit)} were asked for`,
    };
  },

  undo: async ({ env }, { engine, id, ...before }) => {
    const control = await controlOf(env, engine);
    if ((await control.inspect(id)) === null) return;
    const { bytes, swap } = restored(before);
    // One step would have memory above the swap limit for a moment, which the kernel refuses.
    await control.update(id, { memorySwap: swap }).catch(() => undefined);
    await control.update(id, { memory: bytes, memorySwap: swap });
  },

  proveUndone: async (world, { prepared }) => {
    const control = await controlOf(world.env, prepared.engine);
    const state = await control.inspect(prepared.id);
    if (state === null) return unseen(`container ${prepared.name} is gone`);
    const before = prepared.state.limits.memory;
    const held =
      before > 0 ? state.limits.memory === before : state.limits.memory >= PLENTY_BYTES || state.limits.memory === 0;
    return {
      held,
      measurement: limitOf(before, before > 0 ? before : PLENTY_BYTES, state.limits.memory),
      message: held
        ? "its limit is what it was, or more than any machine has"
        : `its limit is ${mebibytes(state.limits.memory)} MiB`,
    };
  },
});

/** What the limits must be set to, to be what they were. */
function restored({ memory: before, memorySwap }: Pick<ContainerLimits, "memory" | "memorySwap">) {
  const bytes = before > 0 ? before : PLENTY_BYTES;
  return { bytes, swap: before > 0 && memorySwap > 0 ? memorySwap : bytes };
}

/** Who died of it: the kernel chooses among all processes of the container. */
function deathWords(killed: number, restarted: boolean): string {
  if (killed === 0) return restarted ? ", and was restarted since, though not for want of memory" : "";
  return restarted
    ? "; it ran out of memory, and was restarted since"
    : "; its kernel killed a process of it for want of memory, and not its first one";
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

function limitOf(before: number, asked: number, measured: number) {
  return {
    what: "memory that it may have",
    unit: "MiB",
    before: before > 0 ? mebibytes(before) : null,
    asked: mebibytes(asked),
    measured: mebibytes(measured),
  };
}
