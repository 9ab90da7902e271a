import type { LoadPlan } from "./load.ts";

export type { LoadPlan } from "./load.ts";

/** What a run is going to do: made by a pure function, printed by --dry-run, written to plan.json before anything starts. */
export interface RunPlan {
  readonly schemaVersion: 1;
  readonly runId: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly tool: { readonly name: "proofload"; readonly version: string };
  readonly service: {
    readonly name: string;
    readonly url: string;
    readonly environment: string | null;
    /** Whether it has a counter of all requests, to hold against k6's own count. */
    readonly countsRequests: boolean;
  };
  readonly load: LoadPlan;
  readonly experiment: ExperimentPlan | null;
  readonly gate: GatePlan;
  /** Phases in order, in seconds after the load's start; what really happened is in events.ndjson. */
  readonly timeline: readonly PlannedPhase[];
  readonly scrapeIntervalSeconds: number;
  readonly limits: LoadLimits;
  /** Where the gate allows repeats: which try this is, of how many, and how those before it ended. */
  readonly tries?: TriesPlan;
}

/** What an experiment without load is going to do; plan.json of its folder. */
export interface ExperimentRunPlan {
  readonly schemaVersion: 1;
  readonly kind: "experiment";
  readonly runId: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly tool: RunPlan["tool"];
  readonly service: { readonly name: string; readonly url: string; readonly environment: string | null };
  readonly experiment: ExperimentPlan;
  readonly scrapeIntervalSeconds: number;
}

/** A run that is played again while it is inconclusive. */
export interface TriesPlan {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly earlier: readonly { readonly runId: string; readonly summary: string }[];
}

export interface PlannedPhase {
  readonly phase: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What must hold for the load to count as delivered by a healthy generator. */
export interface LoadLimits {
  /** Least share of the iterations planned after the warm-up that must have been started. */
  readonly minDeliveredShare: number;
  /** Highest share of all cores that k6 may use. */
  readonly maxCpuShare: number;
  /** Highest 99th percentile of how late iterations started, in seconds after the earliest. */
  readonly maxStartLagSeconds: number;
  /** Highest relative difference between the requests that k6 and the service counted. */
  readonly maxCountMismatch: number;
  /** Highest share of the VUs that may be busy at once: at the ceiling k6 can't start what is planned. */
  readonly maxVuShare: number;
  /** Highest share of the machine's memory that k6 may hold. */
  readonly maxMemoryShare: number;
  /** Highest share of the CPU that the hypervisor may give to others (steal). */
  readonly maxStealShare: number;
  /** Highest share of the CPU that programs which are not of this run may use before a missed objective proves nothing. */
  readonly maxOthersCpuShare: number;
  /** Highest share of the iterations that may end with an exception. */
  readonly maxExceptionShare: number;
}

export interface ExperimentPlan {
  readonly name: string;
  readonly title: string;
  readonly hypothesis: string;
  readonly file: string;
  /** Of everything that is left to chance; null where nothing is. */
  readonly seed: number | null;
  /** In the order in which they are played; those of one group are on at the same time. */
  readonly faults: readonly FaultPlan[];
  readonly blastRadius: BlastRadius;
  /** The hypothesis as questions. */
  readonly steadyState: readonly ProbePlan[];
  readonly abort: readonly AbortPlan[];
  readonly alerts: { readonly expected: readonly AlertPlan[]; readonly forbidden: readonly AlertPlan[] };
}

/** What may be hit at most. */
export interface BlastRadius {
  /** Targets at the same time. */
  readonly targets: number;
  /** Share of the containers that a selection finds. */
  readonly share: number;
  /** Targets, or names of containers, that are never touched. */
  readonly never: readonly string[];
}

export interface FaultPlan {
  /** Unique in the experiment. */
  readonly name: string;
  /** The fault after which the phases `fault/GROUP` and `recovery/GROUP` are called: its own name, or that of the one it comes with. */
  readonly group: string;
  /** The fault's kind: a file of chaos/faults. */
  readonly kind: string;
  /** `instant` faults (a kill) end by themselves, `held` ones (a latency) only by their undo. */
  readonly nature: "instant" | "held";
  /** As it was written: a target's reference, or the selection in words. */
  readonly target: string;
  /** Where targets are looked for, in place of one that is named. */
  readonly select?: ContainerSelection;
  /** The fault's own settings, already validated. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly startSeconds: number;
  readonly holdSeconds: number;
  readonly recoverySeconds: number;
  /** True when the target can't count the requests it never saw, so that the caller counts. */
  readonly callerCounts: boolean;
}

/** Containers by what they carry; all that is given must fit. */
export interface ContainerSelection {
  readonly labels: Readonly<Record<string, string>>;
  readonly name: string | null;
  /** A Docker Compose service. */
  readonly service: string | null;
  /** How many of those that fit. */
  readonly take: Take;
}

export type Take =
  | { readonly kind: "all" }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "share"; readonly share: number };

/** A question about the service. */
export type CheckPlan =
  | { readonly kind: "promql"; readonly query: string; readonly op: ThresholdOperator; readonly value: number }
  | {
      readonly kind: "http";
      readonly url: string;
      readonly status: readonly number[];
      readonly withinSeconds: number;
      readonly contains: string | null;
    }
  /** The share of good events of an SLO in the last seconds. */
  | {
      readonly kind: "slo";
      readonly slo: string;
      readonly windowSeconds: number;
      /** Null for the SLO's own, until the plan is made. */
      readonly target: number | null;
      /** What is counted; null until the plan is made. */
      readonly counted: { readonly countedBy: CountedBy; readonly indicator: RatioIndicator } | null;
    };

export type ProbeTime = "before" | "during" | "after";

export interface ProbePlan {
  readonly name: string;
  readonly check: CheckPlan;
  readonly when: readonly ProbeTime[];
}

/** What ends an experiment at once, when it was so for some time. */
export interface AbortPlan {
  readonly name: string;
  readonly check: CheckPlan;
  readonly forSeconds: number;
}

export interface AlertPlan {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** So soon after the first effect of a fault it must fire. */
  readonly withinSeconds: number;
  /** So soon after the last fault was undone it must be over; null: nobody looks. */
  readonly resolvesWithinSeconds: number | null;
}

export interface GatePlan {
  readonly name: string;
  readonly file: string;
  /** Confidence of each one-sided bound, 0.95 for instance; where runs may be repeated it is each try's, so that all of them together keep the gate's own. */
  readonly confidence: number;
  readonly objectives: readonly ObjectivePlan[];
  /** The rate that a stress must reach; null where nothing is asked. */
  readonly capacity: CapacityPlan | null;
  /** Mean number of failures that come together, as the gate states it; 1 where they come singly until more is seen. */
  readonly failureBurst: number;
  /** How far back the runner looks at objectives that end the run when they break. */
  readonly abortWindowSeconds: number;
  /** How often an inconclusive run is played again, at most; left out: never. */
  readonly repeats?: number;
}

export interface CapacityPlan {
  /** Iterations per second at which every objective of `step/*` must still hold. */
  readonly atLeast: number;
}

/** One SLO, judged in one phase. */
export interface ObjectivePlan {
  /** metadata.name of the SLO. */
  readonly slo: string;
  readonly title: string;
  readonly phase: string;
  /** The share of good events that must be reached, 0.999 for instance. */
  readonly target: number;
  /** Fewer events than this decide nothing; null where any number may. */
  readonly minEvents: number | null;
  /** Whether the load is ended as soon as it breaks. */
  readonly abortOnFail: boolean;
  /** It is no key objective: undecided, it blocks no pass. A fail is one all the same. */
  readonly mayBeInconclusive?: true;
  /** In a recovery: from so long after its beginning on the objective must hold; left out: all through. */
  readonly recoversWithinSeconds?: number;
  /** Over what time the SLO's error budget is, its timeWindow; left out where that is not known. */
  readonly budgetWindowSeconds?: number;
  readonly countedBy: CountedBy;
  readonly indicator: Indicator;
  /** The slices of time that are judged one by one; left out where events are, or single evaluations. */
  readonly slices?: TimeSlices;
  /** What k6 counted of the same, where the service counts: a pass that k6 contradicts is none. */
  readonly crossCheck: RatioIndicator | null;
  /** Where the SLO stands, for error messages and annotations. */
  readonly source: { readonly file: string; readonly line: number };
}

export type CountedBy = "service" | "caller";

/** What an SLO measures. */
export type Indicator = RatioIndicator | RangeIndicator;

/** Counters of good (or bad) and of all events; each is a PromQL selector that was parsed. */
export type RatioIndicator =
  | { readonly kind: "good"; readonly good: string; readonly total: string }
  | { readonly kind: "bad"; readonly bad: string; readonly total: string };

/** PromQL expressions that are evaluated once per scrape interval; each was parsed. */
export type RangeIndicator = ThresholdIndicator | LevelsIndicator | RawIndicator;

/** A value that must stand to a bound as the operator says. */
export interface ThresholdIndicator extends Condition {
  readonly kind: "threshold";
  readonly query: string;
}

/** Numbers of good (or bad) and of all events at a time, which may go up and down. */
export interface LevelsIndicator {
  readonly kind: "levels";
  readonly side: "good" | "bad";
  readonly part: string;
  readonly total: string;
}

/** A value that is the share of good events itself (`success`), or of bad ones. */
export interface RawIndicator {
  readonly kind: "raw";
  readonly query: string;
  readonly rawType: "success" | "failure";
}

export type ThresholdOperator = "lte" | "gte" | "lt" | "gt";

export interface Condition {
  readonly op: ThresholdOperator;
  readonly value: number;
}

/** Slices of a window: the share of good slices is judged, or the mean of the slices' shares. */
export type TimeSlices =
  | {
      readonly kind: "good-slices";
      readonly seconds: number;
      /** The share at which a slice is good. */ readonly target: number;
    }
  | { readonly kind: "mean-share"; readonly seconds: number };
