import type { ProbeTime } from "./plan.ts";

/** One line of events.ndjson, the only timeline of a run; `at` is Unix seconds. */
export type RunEvent = { readonly at: number } & (
  | { readonly type: "run-started"; readonly runId: string }
  | { readonly type: "process-started"; readonly process: string; readonly pid: number }
  | { readonly type: "process-ended"; readonly process: string; readonly how: string }
  | { readonly type: "load-started" }
  | { readonly type: "load-ended"; readonly k6ExitCode: number | null }
  /** An objective with `abortOnFail` broke, and the load is ended for it. */
  | {
      readonly type: "objective-broke";
      readonly slo: string;
      readonly phase: string;
      readonly target: number;
      readonly good: number;
      readonly total: number;
      readonly windowSeconds: number;
    }
  /** A phase begins, and the one before it ends. */
  | { readonly type: "phase"; readonly phase: string }
  /** `at` is just before the injection, `settledAt` when it had been done on all of its targets (Unix seconds). */
  | { readonly type: "fault-injected"; readonly fault: string; readonly target: string; readonly settledAt?: number }
  /** `at` is when the effect had been measured, `askedAt` when measuring it began (Unix seconds). */
  | {
      readonly type: "fault-proven";
      readonly fault: string;
      readonly measurement: Measurement;
      readonly askedAt?: number;
    }
  | {
      readonly type: "fault-unproven";
      readonly fault: string;
      readonly measurement: Measurement | null;
      readonly message: string;
    }
  /** Nobody but its own proofs met a fault that was on, though a load ran. */
  | { readonly type: "fault-unmet"; readonly fault: string; readonly message: string }
  | { readonly type: "fault-undone"; readonly fault: string }
  | {
      readonly type: "undo-proven";
      readonly fault: string;
      readonly measurement: Measurement;
      readonly askedAt?: number;
    }
  | {
      readonly type: "undo-unproven";
      readonly fault: string;
      readonly measurement: Measurement | null;
      readonly message: string;
    }
  /** A question of the hypothesis was asked; `held` is null where nobody could answer. `group` is that of the faults it was asked about, null before the first. */
  | {
      readonly type: "probe";
      readonly probe: string;
      readonly when: ProbeTime;
      readonly group: string | null;
      readonly held: boolean | null;
      readonly message: string;
    }
  | AlertBody
  /** Whether alerts are pending or firing could not be seen for a while. */
  | { readonly type: "alerts-unseen"; readonly message: string }
  /** `at` is when alerts were looked at for the last time. */
  | { readonly type: "alerts-watched" }
  | { readonly type: "fault-left-behind"; readonly fault: string; readonly message: string; readonly command: string }
  | { readonly type: "prometheus-lost"; readonly message: string }
  | { readonly type: "prometheus-back"; readonly awaySeconds: number }
  /** The run was ended before its plan was done; `cause` is SIGINT, SIGTERM or what failed. */
  | { readonly type: "cut-short"; readonly cause: string }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "run-ended" }
);

/** What a proof measured, beside what was asked and what held before; `unit` is a UCUM-like word (ms, s). */
export interface Measurement {
  readonly what: string;
  readonly unit: string;
  readonly before: number | null;
  readonly asked: number | null;
  readonly measured: number;
}

/** An alert became pending, fires, or is over; that was so at `at`, and not yet at `after` (Unix seconds). */
interface AlertBody {
  readonly type: "alert";
  readonly alert: string;
  /** Without `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly source: "prometheus" | "alertmanager";
  readonly state: "pending" | "firing" | "over";
  readonly after: number;
}

export type AlertEvent = AlertBody & { readonly at: number };
