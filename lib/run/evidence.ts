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
  /** Prometheus's `up`, per scraped instance of the service. */
  readonly up: QueryOutcome;
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

export type QueryOutcome =
  | {
      readonly kind: "ok";
      readonly series: readonly SeriesSamples[];
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
    }
  /** `unreachable`: nothing answered; `bad-response`: something did, but not as Prometheus should. */
  | { readonly kind: "unreachable" | "bad-response"; readonly message: string };

export interface SeriesSamples {
  readonly labels: Readonly<Record<string, string>>;
  /** [Unix seconds, value], in time order. */
  readonly samples: readonly (readonly [number, number])[];
}

/** What the load generator says of itself; a null was not observed. Iterations are those after the warm-up. */
export interface LoadEvidence {
  readonly k6ExitCode: number | null;
  readonly iterations: number | null;
  readonly droppedIterations: number | null;
  /** Requests of the whole run, the warm-up among them. */
  readonly requests: number | null;
  readonly failedRequests: number | null;
  readonly vusMax: number | null;
  /** Share of all cores that k6 used while the load ran. */
  readonly cpuShare: number | null;
  readonly startLagP99Seconds: number | null;
  /** Requests that the service counted in the whole run. */
  readonly requestsSeenByService: number | null;
  /** The first script exception, if there was one. */
  readonly scriptError: string | null;
}

export interface ChartEvidence {
  readonly id: "rate" | "latency" | "errors";
  readonly title: string;
  /** `seconds`, `requests/s` or `ratio`. */
  readonly unit: "seconds" | "requests/s" | "ratio";
  readonly lines: readonly { readonly label: string; readonly samples: readonly (readonly [number, number])[] }[];
}
