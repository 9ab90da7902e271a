import type { RunEvent } from "../lib/run/events.ts";
import type { Evidence } from "../lib/run/evidence.ts";
import type { Window } from "../lib/run/phase.ts";
import type { RunPlan } from "../lib/run/plan.ts";
import type { Reason } from "../lib/run/verdict.ts";

/** What is wrong with the run as a whole. */
export function runReasons(plan: RunPlan, events: readonly RunEvent[], evidence: Evidence | null): readonly Reason[] {
  const reasons: Reason[] = [...cutReasons(events)];
  if (reasons.length === 0 && !events.some(({ type }) => type === "load-ended")) {
    reasons.push({ code: "run-cut-short", message: "the load's end is not in the timeline" });
  }
  const started = events.find((event) => event.type === "run-started");
  for (const [what, runId] of [
    ["timeline", started?.runId],
    ["evidence", evidence?.runId],
  ] as const) {
    if (runId === undefined || runId === plan.runId) continue;
    reasons.push({ code: "no-data", message: `the ${what} is of run ${runId}, not of ${plan.runId}` });
  }
  if (evidence?.prometheus.reachable === false) {
    const message = `Prometheus did not answer when evidence was collected: ${evidence.prometheus.error ?? "no reply"}`;
    reasons.push({ code: "prometheus-unreachable", message });
  }
  const ends = events.filter(({ type }) => ["load-ended", "cut-short", "objective-broke"].includes(type));
  const loadEnd = Math.min(...ends.map(({ at }) => at));
  const up = evidence?.up.kind === "ok" ? evidence.up.series : [];
  for (const { labels, samples } of up) {
    if (samples.length === 0 || samples.some(([, value]) => value === 1)) continue;
    const message = `Prometheus never got the metrics of ${labels["job"] ?? "?"} (${labels["instance"] ?? "?"}): up is 0 all through`;
    reasons.push({ code: "no-data", message });
  }
  reasons.push(...endedReasons(events, loadEnd));
  if (plan.gate.objectives.length === 0) {
    reasons.push({ code: "nothing-judged", message: `${plan.gate.file} judges nothing in this run` });
  }
  return reasons;
}

/** Times in which the timeline says that Prometheus was away. */
export function gapsOf(events: readonly RunEvent[]): readonly Window[] {
  return events.flatMap((event, index) => {
    if (event.type !== "prometheus-lost") return [];
    const back = events.slice(index).find(({ type }) => type === "prometheus-back");
    return [{ from: event.at, to: back?.at ?? Number.POSITIVE_INFINITY }];
  });
}

/** Why the run was ended before its time, if it was. */
export function cutReasons(events: readonly RunEvent[]): readonly Reason[] {
  const cut = events.find((event) => event.type === "cut-short");
  return cut === undefined ? [] : [{ code: "run-cut-short", message: `the run was ended early: ${cut.cause}` }];
}

/** The programs that ended by themselves up to a moment (Unix seconds). */
export function endedReasons(events: readonly RunEvent[], until: number): readonly Reason[] {
  return events.flatMap((event) =>
    event.type === "process-ended" && event.how !== "stopped" && event.at <= until
      ? [{ code: "process-ended" as const, message: `${event.process} ended by itself in the run (${event.how})` }]
      : [],
  );
}
