import type { ExitCode } from "../exit-codes.ts";
import type { Measurement } from "./events.ts";
import type { PhaseWindow, Window } from "./phase.ts";
import type { CountedBy, ProbeTime, TriesPlan } from "./plan.ts";
import type { ReasonCode } from "./reasons.ts";

export type VerdictWord = "pass" | "fail" | "inconclusive" | "error";

export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
}

/** verdict.json. */
export interface RunVerdict {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly verdict: VerdictWord;
  readonly exitCode: ExitCode;
  /** One line: why. */
  readonly summary: string;
  readonly reasons: readonly Reason[];
  readonly objectives: readonly ObjectiveVerdict[];
  readonly faults: readonly FaultVerdict[];
  /** The questions of the experiment's hypothesis; left out where it has none. */
  readonly probes?: readonly ProbeVerdict[];
  /** The alerts that the experiment expects or forbids; left out where it names none. */
  readonly alerts?: readonly AlertVerdict[];
  readonly load: LoadVerdict;
  /** The rate up to which a stress held; null in other runs. */
  readonly capacity: CapacityVerdict | null;
  /** The phases as they really were. */
  readonly phases: readonly PhaseWindow[];
  readonly confidence: number;
  /** Which try it was, where the gate allows repeats. */
  readonly tries?: TriesPlan;
}

/** verdict.json of a gate that judged a window without a run. */
export interface GateVerdict {
  readonly schemaVersion: 1;
  readonly kind: "gate";
  readonly verdict: VerdictWord;
  readonly exitCode: ExitCode;
  /** One line: why. */
  readonly summary: string;
  readonly reasons: readonly Reason[];
  readonly objectives: readonly ObjectiveVerdict[];
  readonly window: Window;
  readonly confidence: number;
  readonly prometheus: {
    /** Without credentials. */
    readonly url: string;
    readonly version: string | null;
    /** Its clock minus this machine's. */
    readonly skewSeconds: number | null;
    /** The longest of those that the objectives were judged with; null when none was found. */
    readonly scrapeIntervalSeconds: number | null;
  };
}

/** verdict.json of an experiment that was played without load. */
export interface ExperimentVerdict {
  readonly schemaVersion: 1;
  readonly kind: "experiment";
  readonly runId: string;
  readonly experiment: string;
  readonly verdict: VerdictWord;
  readonly exitCode: ExitCode;
  /** One line: why. */
  readonly summary: string;
  readonly reasons: readonly Reason[];
  readonly faults: readonly FaultVerdict[];
  readonly probes: readonly ProbeVerdict[];
  readonly alerts: readonly AlertVerdict[];
}

export interface ObjectiveVerdict {
  readonly slo: string;
  readonly title: string;
  readonly phase: string;
  readonly verdict: VerdictWord;
  readonly reason: Reason;
  /** Least share of good events, 0.999 for instance. */
  readonly target: number;
  /** Share of good events that was seen; null without events. */
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly events: { readonly good: number; readonly total: number } | null;
  /** Chance of so many bad events or more where the objective is just met; null where that was not tested. */
  readonly missProbability: number | null;
  /** Where slices of time were judged in place of events, all that there were; left out elsewhere. */
  readonly census?: Census;
  /** Events that would decide an inconclusive objective if things go on as seen; null where no number would. */
  readonly eventsToDecide: number | null;
  readonly countedBy: CountedBy;
  readonly windowAsked: Window | null;
  readonly windowCovered: Window | null;
  readonly seriesSeen: number;
  readonly instancesSeen: readonly string[];
  readonly queries: readonly string[];
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  /** It is no key objective: undecided, it blocks no pass. */
  readonly mayBeInconclusive?: true;
  /** How fast the error budget was used up; left out where no events were counted. */
  readonly burnRate?: BurnRate;
  /** The first and the last stretch between two scrapes that surely missed it; left out where there was none. */
  readonly missed?: { readonly first: Window; readonly last: Window };
  /** Of an objective that must be back within a time: when it was. */
  readonly recovery?: RecoveryTime;
  /** What was excused, and why: restarts and gaps that a fault declared. */
  readonly excused: readonly string[];
  readonly source: { readonly file: string; readonly line: number };
}

/** Slices of time, each of which was seen: nothing is left to chance, so there is no interval. */
export interface Census {
  readonly slices: number;
  readonly sliceSeconds: number;
  /** Slices that held; null where the slices' shares are averaged. */
  readonly held: number | null;
}

/**
 * How fast an error budget was used up: the share of bad events over the share that the objective allows. At 1 the budget lasts just as long as the SLO's
 * time window. Beyer et al., The Site Reliability Workbook (2018), ch. 5.
 */
export interface BurnRate {
  readonly whole: number;
  /** The fastest of all stretches of about `windowSeconds`; null where there was only one, or nothing was used up. */
  readonly worst: (Window & { readonly rate: number; readonly events: number }) | null;
  readonly windowSeconds: number;
  /** The share of the whole budget of the SLO's time window that was used up, at this rate of events; null where the SLO's time window is not known. */
  readonly budgetShare: number | null;
}

/** When an objective was back after a fault: its last stretch with a proven miss. */
export interface RecoveryTime {
  readonly withinSeconds: number;
  /** Seconds after the recovery's beginning at which the last stretch that missed it ended; 0 when none did. */
  readonly seenSeconds: number;
  /** It may be earlier by this much: such a stretch is as long as two scrapes are apart. */
  readonly uncertaintySeconds: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Of each bound by itself. */
  readonly confidence: number;
  /** `korn-graubard`: Clopper and Pearson's on fewer events than were counted, because failures came together. */
  readonly method: "clopper-pearson" | "korn-graubard";
  /** Independent events that tell as much as those that were counted, for each bound. */
  readonly effectiveEvents: { readonly low: number; readonly high: number };
}

/** A question of an experiment's hypothesis at one of its times. */
export interface ProbeVerdict {
  readonly probe: string;
  readonly when: ProbeTime;
  /** The faults that it was asked about; null before the first. */
  readonly group: string | null;
  readonly verdict: "pass" | "fail" | "inconclusive";
  /** How often it was asked. */
  readonly asked: number;
  /** Unix seconds of the answer that decided; null where it was not asked. */
  readonly at: number | null;
  readonly message: string;
}

export interface FaultVerdict {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly injectedAt: number | null;
  readonly undoneAt: number | null;
  /** When the undo (or, for a kill, the target's return) was seen. */
  readonly recoveredAt: number | null;
  readonly proof: FaultProof;
  readonly undoProof: FaultProof;
  /** When things happened around it, each as well as it is known. */
  readonly times?: FaultTimes;
}

/** A moment in Unix seconds, give or take. */
export interface Moment {
  readonly at: number;
  readonly uncertaintySeconds: number;
}

/** A time that something took, give or take. */
export interface TimeTo {
  readonly seconds: number;
  readonly uncertaintySeconds: number;
}

/** When things happened around a fault; null where it never did, or nobody saw it. */
export interface FaultTimes {
  readonly effective: Moment | null;
  /** An objective of its phases surely missed for the first time, and for the last. */
  readonly firstBreach: Moment | null;
  readonly mitigated: Moment | null;
  /** Of the first of the expected alerts. */
  readonly alertPending: Moment | null;
  readonly alertFiring: Moment | null;
  readonly undone: Moment | null;
  readonly recovered: Moment | null;
  /** From its effect to the alert. */
  readonly toDetect: TimeTo | null;
  /** From the first breach to the end of the last. */
  readonly toMitigate: TimeTo | null;
  /** From its effect to its end. */
  readonly toRecover: TimeTo | null;
}

/** An alert that an experiment names. */
export interface AlertVerdict {
  readonly alert: string;
  /** False: it is forbidden. */
  readonly expected: boolean;
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly firedAt: number | null;
  readonly overAt: number | null;
  readonly message: string;
}

export type FaultProof =
  | { readonly kind: "proven"; readonly measurement: Measurement }
  | { readonly kind: "unproven"; readonly measurement: Measurement | null; readonly message: string }
  | { readonly kind: "not-reached" };

export interface LoadVerdict {
  /** Null for a closed model, whose iterations nobody can plan. */
  readonly plannedIterations: number | null;
  readonly startedIterations: number | null;
  readonly deliveredShare: number | null;
  readonly requests: number | null;
  readonly requestsSeenByService: number | null;
  readonly cpuShare: number | null;
  readonly startLagP99Seconds: number | null;
  /** What blocks a pass; empty when the load was delivered by a healthy generator. */
  readonly reasons: readonly Reason[];
}

/** What a stress found; rates are iterations per second. */
export interface CapacityVerdict {
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly reason: Reason;
  /** The highest rate at which, and below which, every objective held on a delivered load; null when not even the first step did. */
  readonly heldRate: number | null;
  /** The lowest rate at which an objective broke; null when none did. */
  readonly brokeRate: number | null;
  /** The SLOs that broke there. */
  readonly brokeBy: readonly string[];
  readonly atLeast: number | null;
  readonly steps: readonly CapacityStep[];
}

export interface CapacityStep {
  readonly phase: string;
  readonly rate: number;
  /** `pass`: all objectives held and the load was delivered. */
  readonly verdict: "pass" | "fail" | "inconclusive" | "not-reached";
  /** Why, when it is not a pass. */
  readonly why: string | null;
}
