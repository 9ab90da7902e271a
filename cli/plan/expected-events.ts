import { decide, shareInterval } from "../../gates/statistics/interval.ts";
import { plannedIterations } from "../../lib/run/load.ts";
import type { RunPlan } from "../../lib/run/plan.ts";

/**
 * What a plan offers too little of: phases in which not even a service without a single failure could prove its objective. One request per
 * iteration is counted on; a journey that makes more may prove more.
 */
export function tooFewEvents(plan: RunPlan): readonly string[] {
  const { load, timeline, gate, scrapeIntervalSeconds } = plan;
  const worst = new Map<string, { readonly events: number; readonly target: number; readonly slo: string }>();
  for (const { slo, phase, target, recoversWithinSeconds = 0 } of gate.objectives) {
    const window = timeline.find((planned) => planned.phase === phase);
    if (window === undefined) continue;
    const band = phase.startsWith("fault/") ? 0 : scrapeIntervalSeconds;
    const from = window.startSeconds + Math.max(band, recoversWithinSeconds);
    const planned = plannedIterations(load, from, window.endSeconds - band);
    if (planned === null) continue;
    const events = Math.floor(planned);
    if (events > 0 && decide(shareInterval({ good: events, total: events }, gate.confidence), target) === "pass")
      continue;
    if (target >= (worst.get(phase)?.target ?? 0)) worst.set(phase, { events, target, slo });
  }
  return [...worst].map(
    ([phase, { events, target, slo }]) =>
      `${phase} has about ${events.toLocaleString("en-US")} iterations: too few to prove ${Number((target * 100).toPrecision(6))} % of ${slo}, unless each makes several requests`,
  );
}
