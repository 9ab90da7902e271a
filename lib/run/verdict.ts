import type { z } from "zod";

import type { experimentVerdictSchema, gateVerdictSchema, runVerdictSchema } from "./verdict-schema.ts";

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

/** The verdict of a run. What each part means is described in {@link runVerdictSchema}. */
export type RunVerdict = Frozen<z.infer<typeof runVerdictSchema>>;

/** The verdict of a gate that judged a window without a run. */
export type GateVerdict = Frozen<z.infer<typeof gateVerdictSchema>>;

/** The verdict of an experiment that was played without load. */
export type ExperimentVerdict = Frozen<z.infer<typeof experimentVerdictSchema>>;

export type VerdictWord = RunVerdict["verdict"];
export type Reason = RunVerdict["reasons"][number];

/** One SLO, judged in one phase. */
export type ObjectiveVerdict = RunVerdict["objectives"][number];
export type Interval = NonNullable<ObjectiveVerdict["interval"]>;

/** Slices of time, each of which was seen: nothing is left to chance, so there is no interval. */
export type Census = NonNullable<ObjectiveVerdict["census"]>;

/**
 * How fast an error budget was used up: the share of bad events over the share that the objective allows. At 1 the budget lasts just as long as the SLO's
 * time window. Beyer et al., The Site Reliability Workbook (2018), ch. 5.
 */
export type BurnRate = NonNullable<ObjectiveVerdict["burnRate"]>;

/** When an objective was back after a fault: its last stretch with a proven miss. */
export type RecoveryTime = NonNullable<ObjectiveVerdict["recovery"]>;

export type FaultVerdict = RunVerdict["faults"][number];

/** When things happened around a fault; null where it never did, or nobody saw it. */
export type FaultTimes = NonNullable<FaultVerdict["times"]>;
/** A moment in Unix seconds, give or take. */
export type Moment = NonNullable<FaultTimes["effective"]>;
/** A time that something took, give or take. */
export type TimeTo = NonNullable<FaultTimes["toDetect"]>;
/** A question of an experiment's hypothesis at one of its times. */
export type ProbeVerdict = ExperimentVerdict["probes"][number];
/** An alert that an experiment names. */
export type AlertVerdict = ExperimentVerdict["alerts"][number];

export type FaultProof = FaultVerdict["proof"];
export type LoadVerdict = RunVerdict["load"];

/** What a stress found; rates are iterations per second. */
export type CapacityVerdict = NonNullable<RunVerdict["capacity"]>;
export type CapacityStep = CapacityVerdict["steps"][number];
