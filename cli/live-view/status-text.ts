import { formatCount, formatMissed, formatShare } from "../../gates/format.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { LiveNumbers } from "./read-numbers.ts";

/** What the view knows of the run. */
export interface RunState {
  readonly plan: RunPlan;
  readonly step: string;
  readonly phase: string | null;
  /** Monotonic milliseconds. */
  readonly loadStartedMs: number | null;
  readonly faults: Readonly<Record<string, string>>;
  readonly prometheus: "there" | "away";
}

/** What the timeline's own lines need of it. */
export interface TimelineState extends Pick<RunState, "loadStartedMs"> {
  readonly plan: Pick<RunPlan, "experiment">;
}

const BAR_WIDTH = 24;

/** The lines of the live block: where the run is, its numbers, its faults. */
export function statusLines(state: RunState, numbers: LiveNumbers, nowMs: number): readonly string[] {
  const planned = state.plan.load.durationSeconds;
  const elapsed = Math.min(planned, elapsedSeconds(state, nowMs));
  const filled = Math.round((elapsed / planned) * BAR_WIDTH);
  const bar = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
  const faults = Object.entries(state.faults).map(([fault, text]) => `${fault}: ${text}`);
  return [
    `${bar} ${Math.floor(elapsed)} of ${Math.round(planned)} s  ${state.phase ?? "starting"}`,
    numbersText(numbers, state.prometheus),
    ...(faults.length === 0 ? [] : [`faults: ${faults.join(", ")}`]),
  ];
}

function numbersText(numbers: LiveNumbers, prometheus: RunState["prometheus"]): string {
  if (prometheus === "away") return "Prometheus is away: no numbers";
  const { requestsPerSecond, p50Seconds, p99Seconds, errorRatio, exceptions } = numbers;
  if (requestsPerSecond === null) return "waiting for the first numbers";
  return [
    `${Math.round(requestsPerSecond)} requests/s`,
    `p50 ${milliseconds(p50Seconds)}`,
    `p99 ${milliseconds(p99Seconds)}`,
    `errors ${errorRatio === null ? "?" : `${(errorRatio * 100).toFixed(1)} %`}`,
    ...(exceptions === null || exceptions === 0 ? [] : [`EXCEPTIONS ${exceptions.toLocaleString("en-US")}`]),
  ].join("  ");
}

/** A line for what happened, or null for what only the block shows. */
export function timelineText(event: RunEvent, state: TimelineState, nowMs: number): string | null {
  const at = state.loadStartedMs === null ? "" : `${elapsedSeconds(state, nowMs).toFixed(1).padStart(5)} s  `;
  switch (event.type) {
    case "phase":
      return event.phase === "settle" ? null : `${at}${event.phase}`;
    case "fault-injected":
      return `${at}${event.fault} on ${event.target}: injected`;
    case "fault-proven": {
      const { what, measured, unit } = event.measurement;
      return `${at}${event.fault}: proven (${what}: ${measured} ${unit})`;
    }
    case "fault-unproven":
      return `${at}${event.fault}: NOT PROVEN (${event.message})`;
    case "fault-unmet":
      return `${at}${event.fault}: MET BY NOBODY (${event.message})`;
    case "fault-undone":
      if (isInstant(state.plan, event.fault)) return null;
      return `${at}${event.fault}: undone`;
    case "undo-proven": {
      const { what, measured, unit } = event.measurement;
      return `${at}${event.fault}: over (${what}: ${measured} ${unit})`;
    }
    case "undo-unproven":
      return `${at}${event.fault}: ITS END WAS NOT SEEN (${event.message})`;
    case "probe":
      return event.held === true
        ? null
        : `${at}${event.probe}: ${event.held === null ? "COULD NOT BE ASKED" : "DID NOT HOLD"} (${event.message})`;
    case "alert":
      return `${at}alert ${event.alert}: ${event.state} (${event.source})`;
    case "alerts-unseen":
      return `${at}${event.message}`;
    case "alerts-watched":
      return null;
    case "fault-left-behind":
      return `${at}${event.fault}: LEFT BEHIND (${event.message})`;
    case "objective-broke": {
      const { slo, phase, good, total, target } = event;
      const seen = `${formatMissed(good / total, target)} of ${formatCount(total)}, ${formatShare(target)} promised`;
      return `${at}${slo} broke in ${phase}: ${seen}; ending the load`;
    }
    case "prometheus-lost":
      return `${at}${event.message}`;
    case "prometheus-back":
      return `${at}Prometheus is back after ${event.awaySeconds.toFixed(1)} s`;
    case "cut-short":
      return `${at}cut short: ${event.cause}`;
    case "note":
      return `${at}${event.text}`;
    case "process-ended":
      return event.how === "stopped" ? null : `${at}${event.process} ENDED BY ITSELF (${event.how})`;
    case "run-started":
    case "process-started":
    case "load-started":
    case "load-ended":
    case "run-ended":
      return null;
  }
}

/** A kill has no undo to speak of: what matters is when its target is back. */
function isInstant(plan: TimelineState["plan"], fault: string): boolean {
  return plan.experiment?.faults.find(({ name }) => name === fault)?.nature === "instant";
}

function elapsedSeconds(state: TimelineState, nowMs: number): number {
  return state.loadStartedMs === null ? 0 : (nowMs - state.loadStartedMs) / 1000;
}

function milliseconds(seconds: number | null): string {
  return seconds === null ? "?" : `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}
