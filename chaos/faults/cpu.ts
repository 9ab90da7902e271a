import { z } from "zod";

import type { ContainerLimits } from "../../lib/docker/index.ts";
import { defineFault } from "../fault.ts";
import type { Proof } from "../fault.ts";
import {
  containerRecordShape,
  controlOf,
  dockerCommand,
  resolveContainer,
  unseen,
  whyAnotherStart,
} from "../measure/target-container.ts";

const PERIOD_US = 100_000;
const NANO = 1e9;
/** Several periods. */
const LOOK_MS = 500;

const limitsShape = { cpuQuota: z.number(), cpuPeriod: z.number(), nanoCpus: z.number() };

/** Leaves a container a part of a core. */
export const cpu = defineFault({
  kind: "cpu",
  nature: "held",
  callerCounts: false,
  targetKind: "container",
  settings: z.strictObject({
    /** So many cores are left, 0.1 for a tenth of one. */
    cores: z.number().gte(0.01),
  }),
  undoRecordSchema: z.strictObject({ ...containerRecordShape, before: z.strictObject(limitsShape) }),

  resolve: (world, target) => resolveContainer(world, target, "cpu", "cpuLimit"),

  undoRecord: ({ prepared: { engine, id, state } }) => {
    const { cpuQuota, cpuPeriod, nanoCpus } = state.limits;
    return { engine, id, before: { cpuQuota, cpuPeriod, nanoCpus } };
  },

  locks: ({ prepared: { id } }) => [`container ${id} cpu`],

  undoCommand: ({ engine, id, before }) =>
    dockerCommand(
      engine,
      before.nanoCpus > 0
        ? `update --cpus ${before.nanoCpus / NANO} ${id}`
        : `update --cpu-quota ${before.cpuQuota > 0 ? before.cpuQuota : -1} --cpu-period ${before.cpuPeriod || PERIOD_US} ${id}`,
    ),

  inject: async ({ env }, { prepared: { engine, id, state }, settings: { cores } }) =>
    (await controlOf(env, engine)).update(id, limited(state.limits, cores)),

  prove: async (world, { prepared, settings: { cores } }) => {
    const control = await controlOf(world.env, prepared.engine);
    const state = await control.inspect(prepared.id);
    const why = whyAnotherStart(prepared, state);
    if (why !== null || state === null) return unseen(why ?? "it is gone");
    const left = coresOf(state.limits);
    const measurement = measured(coresOf(prepared.state.limits), cores, left ?? Number.POSITIVE_INFINITY);
    if (left === null || Math.abs(left - cores) > 0.001) {
      return { held: false, measurement: null, message: `its limit is ${left ?? "none"}: somebody changed it` };
    }
    // An engine may keep a number that its kernel never heard of: periods pass only where a limit is in force.
    const first = await control.use(prepared.id);
    await world.env.clock.sleep(LOOK_MS, world.signal);
    const second = await control.use(prepared.id);
    const periods = second.cpuPeriods - first.cpuPeriods;
    return {
      held: periods > 0,
      measurement,
      message:
        periods > 0
          ? `${cores} cores are left; it was held back in ${second.throttledPeriods - first.throttledPeriods} of ${periods} periods`
          : "the limit is stored, and no period of it passed: it is not in force, or the container does nothing",
    };
  },

  undo: async ({ env }, { engine, id, before }) => {
    const control = await controlOf(env, engine);
    if ((await control.inspect(id)) === null) return;
    // 0 would change nothing: an unlimited quota is -1.
    const quota = { cpuQuota: before.cpuQuota > 0 ? before.cpuQuota : -1, cpuPeriod: before.cpuPeriod || PERIOD_US };
    await control.update(id, before.nanoCpus > 0 ? { nanoCpus: before.nanoCpus } : quota);
  },

  proveUndone: async (world, { prepared }) => {
    const state = await (await controlOf(world.env, prepared.engine)).inspect(prepared.id);
    if (state === null) return unseen(`container ${prepared.name} is gone`);
    const [was, is] = [coresOf(prepared.state.limits), coresOf(state.limits)];
    return {
      held: was === is,
      measurement: {
        what: "limit of its CPU (-1: none)",
        unit: "cores",
        before: was ?? -1,
        asked: was ?? -1,
        measured: is ?? -1,
      },
      message: is === null ? "its CPU is not limited" : `its limit is ${is} cores`,
    };
  },
});

function limited({ nanoCpus }: ContainerLimits, cores: number): Partial<ContainerLimits> {
  // The engine refuses one where the other is set.
  if (nanoCpus > 0) return { nanoCpus: Math.round(cores * NANO) };
  return { cpuQuota: Math.round(cores * PERIOD_US), cpuPeriod: PERIOD_US };
}

/** Null without a limit. */
function coresOf({ cpuQuota, cpuPeriod, nanoCpus }: ContainerLimits): number | null {
  if (nanoCpus > 0) return nanoCpus / NANO;
  return cpuQuota > 0 ? cpuQuota / (cpuPeriod || PERIOD_US) : null;
}

function measured(before: number | null, asked: number, now: number): NonNullable<Proof["measurement"]> {
  return { what: "cores that it may use", unit: "cores", before, asked, measured: now };
}
