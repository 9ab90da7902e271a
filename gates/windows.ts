import type { RunEvent } from "../lib/run/events.ts";
import type { PhaseWindow, Window } from "../lib/run/phase.ts";
import { formatSpan, formatTime } from "./format.ts";

/** A phase's window as it is judged. */
export interface JudgedWindow {
  readonly phase: string;
  /** When the phase itself began; left out where that is `asked.from`. */
  readonly began?: number;
  /** What should be covered. */
  readonly asked: Window;
  /** No sample after this belongs to the phase. */
  readonly lastMoment: number;
  /** `before`: counting starts at the last sample before `asked.from`; `after`: at the first one in it. */
  readonly start: "before" | "after";
}

export interface RunWindows {
  /** The whole load without a hole: the phases as they were, with `settle` for the guard bands between them. */
  readonly phases: readonly PhaseWindow[];
  readonly judged: readonly JudgedWindow[];
}

/**
 * Works out the windows of a run from its timeline. A phase lasts until the next one begins or the load ends (or was cut short); where
 * an objective broke and the load is ended for it, what is left of the load is not judged.
 *
 * Every phase but the warm-up and the faults' gives up one scrape interval on either side to `settle`, so that what was under way
 * when the phase began is not judged; its counting runs from the first sample in what is left to the first sample after it, which the
 * guard band still holds. A phase that is shorter than its guard bands has no judged window.
 *
 * `plannedSeconds` is how long the load was to last; what k6 takes longer belongs to no phase.
 *
 * A fault's phase gives up nothing: the first second after a kill is the worst and must be judged. Its window reaches from the last
 * sample before the injection to the last sample in the phase.
 */
export function runWindows(
  events: readonly RunEvent[],
  scrapeIntervalSeconds: number,
  plannedSeconds: number = Number.POSITIVE_INFINITY,
): RunWindows {
  const band = scrapeIntervalSeconds;
  const whole = phaseWindows(events, plannedSeconds);
  const phases: PhaseWindow[] = [];
  const judged: JudgedWindow[] = [];
  for (const window of whole) {
    const { phase, from, to } = window;
    if (phase === "warmup" || phase === "settle") {
      phases.push(window);
    } else if (phase.startsWith("fault/")) {
      phases.push(window);
      const asked = { from: injectedIn(window, events) ?? from, to };
      judged.push({ phase, asked, lastMoment: to, start: "before" });
    } else if (to - from > 2 * band) {
      const asked = { from: from + band, to: to - band };
      phases.push({ phase: "settle", from, to: asked.from });
      phases.push({ phase, ...asked });
      phases.push({ phase: "settle", from: asked.to, to });
      judged.push({ phase, began: from, asked, lastMoment: to, start: "after" });
    } else {
      phases.push({ phase: "settle", from, to });
    }
  }
  const [last, end] = [phases.at(-1)?.to, endOf(events, ["load-ended", "cut-short", "run-ended"])];
  if (last !== undefined && Number.isFinite(end)) phases.push({ phase: "settle", from: last, to: end });
  return { phases: phases.filter(({ from, to }) => to > from), judged };
}

function phaseWindows(events: readonly RunEvent[], plannedSeconds: number): readonly PhaseWindow[] {
  const starts = events.filter((event) => event.type === "phase");
  const started = endOf(events, ["load-started"]);
  const end = Math.min(
    endOf(events, ["load-ended", "cut-short", "run-ended", "objective-broke"]),
    // k6 waits for what is under way: after the planned end it starts nothing.
    started + plannedSeconds,
  );
  if (!Number.isFinite(end)) return [];
  return starts.flatMap(({ phase, at }, index) => {
    const to = Math.min(starts[index + 1]?.at ?? end, end);
    return to > at ? [{ phase, from: at, to }] : [];
  });
}

function endOf(events: readonly RunEvent[], types: readonly RunEvent["type"][]): number {
  return Math.min(...events.filter(({ type }) => types.includes(type)).map(({ at }) => at));
}

/** When the fault of a fault's phase was injected, if it was. */
function injectedIn({ phase, to }: PhaseWindow, events: readonly RunEvent[]): number | null {
  const name = phase.slice("fault/".length);
  const injection = events.find((event) => event.type === "fault-injected" && event.fault === name);
  return injection !== undefined && injection.at <= to ? injection.at : null;
}

export type Edges =
  | { readonly kind: "edges"; readonly start: number; readonly end: number }
  | { readonly kind: "missing"; readonly message: string };

/**
 * Chooses the samples between which a window is counted, out of the times at which there are samples (in order). Neither may be further
 * than `reachSeconds` from the edge that it stands for.
 */
export function chooseEdges(times: readonly number[], window: JudgedWindow, reachSeconds: number): Edges {
  const { asked, lastMoment } = window;
  const start =
    window.start === "before"
      ? times.findLast((time) => time <= asked.from)
      : times.find((time) => time >= asked.from && time <= lastMoment);
  if (start === undefined || Math.abs(start - asked.from) > reachSeconds) {
    const nearest = start ?? times.find((time) => time >= asked.from) ?? times.at(-1);
    return missing("begins", { edge: asked.from, nearest, reachSeconds, side: window.start });
  }
  const end =
    times.find((time) => time >= asked.to && time <= lastMoment) ?? times.findLast((time) => time <= asked.to);
  if (end === undefined || Math.abs(end - asked.to) > reachSeconds) {
    return missing("ends", { edge: asked.to, nearest: end ?? times[0], reachSeconds, side: null });
  }
  if (end > start) return { kind: "edges", start, end };
  const between = `${formatTime(asked.from)} to ${formatTime(asked.to)}`;
  return {
    kind: "missing",
    message: `the window (${between}) holds one sample, at ${formatTime(start)}, and needs two`,
  };
}

interface MissingEdge {
  readonly edge: number;
  /** The sample that comes closest to what is needed; undefined where there is none at all. */
  readonly nearest: number | undefined;
  readonly reachSeconds: number;
  /** On which side of the edge a sample has to be; null where either will do. */
  readonly side: "before" | "after" | null;
}

function missing(verb: "begins" | "ends", { edge, nearest, reachSeconds, side }: MissingEdge): Edges {
  const where = `there is no sample where the window ${verb} (${formatTime(edge)})`;
  if (nearest === undefined) return { kind: "missing", message: `${where}, nor anywhere near it` };
  const seen =
    nearest <= edge
      ? `the last one before it is ${formatSpan(edge - nearest)} off`
      : `the first one after it is ${formatSpan(nearest - edge)} off`;
  const needed =
    reachSeconds > 0
      ? `one within ${formatSpan(reachSeconds)}${side === null ? "" : ` ${side} it`} is needed`
      : "how often there should be one is not known";
  return { kind: "missing", message: `${where}: ${seen} (${formatTime(nearest)}), ${needed}` };
}
