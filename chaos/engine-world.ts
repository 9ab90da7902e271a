import type { Env } from "../lib/env.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { CheckPlan, FaultPlan } from "../lib/run/plan.ts";
import type { Fault } from "./fault.ts";
import type { Journal } from "./journal.ts";
import type { Target } from "./target.ts";

/** An event without its time, which the engine stamps. */
export type EventBody = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, "at"> : never) : never;

/** What became of a question about the service. */
export interface CheckAnswer {
  readonly held: boolean;
  /** What was seen, in words. */
  readonly message: string;
}

/** What the engine works with; everything outside of it comes in through here. */
export interface EngineWorld {
  readonly env: Env;
  readonly runId: string;
  readonly faults: readonly Fault[];
  /** The targets of a fault as they are now, in the order in which they are to be hit; throws when there are none, or more than may be. */
  readonly findTargets: (plan: FaultPlan) => Promise<readonly Target[]>;
  /** Asks a question; throws when nobody answers. */
  readonly ask: (check: CheckPlan, signal: AbortSignal) => Promise<CheckAnswer>;
  readonly journal: Journal;
  /** Calls `write`, which writes the intents, while no other run can have these locks; throws when one has them. */
  readonly claim: (locks: readonly string[], write: () => void) => Promise<void>;
  /** Adds to the timeline; `at` (Unix seconds) is now unless it is given. */
  readonly emit: (event: EventBody, at?: number) => void;
  /** Whether a load runs now. */
  readonly isLoaded: () => boolean;
  /** Whether the load has ended: a fault without load would prove nothing. */
  readonly loadIsOver: () => boolean;
  /** Why all faults are to end now, because somebody said so for the whole machine; null when nobody did. */
  readonly halted: () => string | null;
  /** Aborted when the run must end: then what is injected is undone before the engine returns. */
  readonly signal: AbortSignal;
}
