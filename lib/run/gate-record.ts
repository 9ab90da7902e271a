import type { CounterEvidence, PresenceEvidence, QueryOutcome, RangeEvidence } from "./evidence.ts";
import type { Window } from "./phase.ts";
import type { ObjectivePlan } from "./plan.ts";
import type { GateVerdict } from "./verdict.ts";

/** The name of the one phase that a gate without a run has. */
export const WINDOW_PHASE = "window";

/** What a gate without a run is asked: which objectives a window must meet. */
export interface GateQuestion {
  readonly window: Window;
  /** Stretches of it that are not judged, such as those of faults; left out where there are none. */
  readonly excluded?: readonly Window[];
  /** Whether an edge of the window was told by this machine's clock (`now`, `-10m`). */
  readonly relative: boolean;
  readonly confidence: number;
  /** Mean number of failures that come together, at least. */
  readonly failureBurst: number;
  /** Whether instances may start again, come and go in the window: then what they may have lost counts as lost. Left out where they may not. */
  readonly restartsAllowed?: true;
  readonly objectives: readonly ObjectivePlan[];
}

/** What Prometheus answered; evidence.json, from which the verdict can be made again. */
export interface GateEvidence {
  readonly schemaVersion: 1;
  readonly kind: "gate";
  /** RFC 3339. */
  readonly collectedAt: string;
  readonly question: GateQuestion;
  readonly prometheus: {
    readonly reachable: boolean;
    /** Without credentials. */
    readonly url: string;
    readonly version: string | null;
    readonly error: string | null;
    readonly skewSeconds: number | null;
  };
  /** The window that was read: from a little before the judged one, to its end. */
  readonly read: Window;
  readonly counters: readonly CounterEvidence[];
  /** What expressions were at every scrape interval of the window; left out where none is judged. */
  readonly ranges?: readonly RangeEvidence[];
  /** Whether what these expressions read was there; left out where none is judged. */
  readonly presence?: readonly PresenceEvidence[];
  readonly up: QueryOutcome;
  /** When the processes of these instances started: the first and the last sample, and those that tell of another process; left out where nothing was scraped. */
  readonly starts?: QueryOutcome;
  /** Given by the user; null where it is found in the data. */
  readonly scrapeIntervalSeconds: number | null;
  /** What Prometheus is set to by now, by job; null when it does not say. */
  readonly configuredSeconds: Readonly<Record<string, readonly number[]>> | null;
}

/** Everything that a report of such a gate is made from. */
export interface GateRecord {
  readonly evidence: GateEvidence;
  readonly verdict: GateVerdict;
}
