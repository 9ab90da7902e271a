import type { CountedBy } from "./plan.ts";
import type { Window } from "./phase.ts";

/** What was observed in a run; written to evidence.json, from which judge and render work without any backend. */
export interface Evidence {
  readonly schemaVersion: 1;
  readonly runId: string;
  /** RFC 3339. */
  readonly collectedAt: string;
  readonly prometheus: PrometheusEvidence;
  /** The window that was read, a little wider than the load's. */
  readonly window: Window;
  readonly counters: readonly CounterEvidence[];
  /** Expressions that were evaluated once per scrape interval; left out where there are none. */
  readonly ranges?: readonly RangeEvidence[];
  /** Whether what these expressions read was there; left out where there are none. */
  readonly presence?: readonly PresenceEvidence[];
  /** Prometheus's `up`, per scraped instance of the service. */
  readonly up: QueryOutcome;
  /** `process_start_time_seconds` of the same instances, where they have it: the first and the last sample, and those that tell of another process. */
  readonly starts?: QueryOutcome;
  readonly load: LoadEvidence;
  /** For people to look at; nothing is judged by them. */
  readonly charts: readonly ChartEvidence[];
  readonly tools: Readonly<Record<string, string>>;
}

export interface PrometheusEvidence {
  /** Whether it answered when evidence was collected. */
  readonly reachable: boolean;
  readonly url: string;
  readonly version: string | null;
  readonly error: string | null;
  /** Clock of Prometheus minus ours, in seconds. */
  readonly skewSeconds: number | null;
  /** Times in which it did not answer while the load ran. */
  readonly gaps: readonly Window[];
}

/** The raw samples of one counter selector over the whole window. */
export interface CounterEvidence {
  readonly query: string;
  /** Scraped from the service, or pushed by k6 (then a counter is born at 0 and written only when it changes). */
  readonly countedBy: CountedBy;
  readonly outcome: QueryOutcome;
}

/** The values of one expression, evaluated every `stepSeconds` from the window's beginning to its end. */
export interface RangeEvidence {
  readonly query: string;
  readonly window: Window;
  readonly stepSeconds: number;
  readonly outcome: QueryOutcome;
}

/** When series were there that an expression reads, instance by instance, evaluated every `stepSeconds`. */
export interface PresenceEvidence {
  /** Selectors as they stand in expressions, to which this is the answer. */
  readonly selectors: readonly string[];
  readonly countedBy: CountedBy;
  readonly query: string;
  readonly window: Window;
  readonly stepSeconds: number;
  /** How far each evaluation looked back for a sample. */
  readonly lookBackSeconds: number;
  /** How often a recording rule is evaluated, where that can be told. */
  readonly recordedEverySeconds?: number;
  /** Of evaluations that follow one another only the first and the last one are kept; `calm` are the times between them. */
  readonly outcome: QueryOutcome;
}

export type QueryOutcome =
  | {
      readonly kind: "ok";
      readonly series: readonly SeriesSamples[];
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
      /** How often it had to be asked again; left out where once was enough. */
      readonly retries?: number;
    }
  /** `unreachable`: nothing answered; `denied`: the credentials were refused; `bad-response`: something answered, but not as Prometheus should. */
  | { readonly kind: "unreachable" | "denied" | "bad-response"; readonly message: string };

export interface SeriesSamples {
  readonly labels: Readonly<Record<string, string>>;
  /** [Unix seconds, value], in time order. */
  readonly samples: readonly (readonly [number, number])[];
  /** Of how many samples these are the ones that were kept; left out where all were. */
  readonly read?: number;
  /** Of `up`, where not all were kept: the median distance of all samples, in seconds. */
  readonly medianSeconds?: number;
  /** Of `up` and of presence: times without the samples in between, because nothing happened at any of them. */
  readonly calm?: readonly CalmTime[];
}

/** From one scrape that was kept to the next that was, at all those between which an instance had the same counters, none of which fell. */
export interface CalmTime extends Window {
  /** The longest time between two of its scrapes. */
  readonly longestSeconds: number;
}

/** What the load generator says of itself, and its machine of it; a null was not observed. Iterations are those after the warm-up. */
export interface LoadEvidence {
  readonly k6ExitCode: number | null;
  readonly iterations: number | null;
  readonly droppedIterations: number | null;
  /** Planned iterations that neither ended nor were dropped: what they asked was never answered. Null: not known (a closed model, a load that was ended early). */
  readonly unfinishedIterations: number | null;
  /** Iterations of the whole run that ended with an exception. */
  readonly exceptions: number | null;
  /** The first script exception, if there was one. */
  readonly scriptError: string | null;
  /** Requests of the whole run, the warm-up among them. */
  readonly requests: number | null;
  readonly failedRequests: number | null;
  /** Requests that k6 pushed under this run's id; null when only that is known. */
  readonly requestsPushed: number | null;
  /** Requests that the service counted in the whole run. */
  readonly requestsSeenByService: number | null;
  /** Most VUs that were busy at once. */
  readonly vusPeak: number | null;
  /** Share of all cores that k6 used while the load ran. */
  readonly cpuShare: number | null;
  /** Most memory that k6 held, in bytes. */
  readonly memoryPeakBytes: number | null;
  readonly startLagP99Seconds: number | null;
  /** k6's http_req_waiting over the whole run, by k6's names, in milliseconds; left out where k6 kept no samples. */
  readonly waitingMs?: Readonly<Record<string, number>>;
  readonly machine: MachineEvidence;
  /** k6's own thresholds, made from the SLOs or written by the scenario's author. */
  readonly thresholds: readonly ThresholdEvidence[];
  /** k6's checks, which are for people: no objective depends on them. */
  readonly checks: readonly CheckEvidence[];
  /** The same by phase, for loads whose shape has phases of its own. */
  readonly phases: readonly PhaseLoadEvidence[];
  /** The first requests that failed and were traced, to be found in the traces of the service. */
  readonly failures: readonly FailedRequest[];
}

/** The machine that k6 ran on while the load ran; a null was not observed (not Linux, a container elsewhere). */
export interface MachineEvidence {
  readonly cores: number;
  readonly memoryBytes: number | null;
  /** Share of all cores that was in use. */
  readonly cpuShare: number | null;
  /** Share of all cores that the hypervisor gave to others. */
  readonly stealShare: number | null;
  /** Share of all cores used by programs that are not of this run. */
  readonly othersCpuShare: number | null;
}

export interface ThresholdEvidence {
  /** As k6 writes it: `http_req_duration{name:GET /}`. */
  readonly metric: string;
  readonly expression: string;
  /** Null when there was no sample to hold it against: k6 itself calls that met. */
  readonly held: boolean | null;
}

export interface CheckEvidence {
  readonly name: string;
  readonly passes: number;
  readonly fails: number;
}

export interface PhaseLoadEvidence {
  readonly phase: string;
  readonly window: Window;
  readonly iterations: number | null;
  readonly droppedIterations: number | null;
  readonly cpuShare: number | null;
  readonly startLagP99Seconds: number | null;
}

export interface FailedRequest {
  readonly name: string;
  /** HTTP status, 0 where there was no answer. */
  readonly status: number;
  /** W3C trace id. */
  readonly traceId: string;
}

export interface ChartEvidence {
  readonly id: "rate" | "latency" | "errors";
  readonly title: string;
  /** `seconds`, `requests/s` or `ratio`. */
  readonly unit: "seconds" | "requests/s" | "ratio";
  readonly lines: readonly { readonly label: string; readonly samples: readonly (readonly [number, number])[] }[];
}
