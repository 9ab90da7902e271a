import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { ObjectiveVerdict, Reason } from "../../lib/run/verdict.ts";
import { formatMissed, formatShare } from "../format.ts";
import { OPERATOR_SIGNS } from "../model/operators.ts";
import type { CensusTally } from "./judge-slices.ts";

type Measured = Pick<
  ObjectiveVerdict,
  "verdict" | "reason" | "value" | "windowCovered" | "excused" | "instancesSeen"
> & { readonly census: NonNullable<ObjectiveVerdict["census"]> };

/**
 * Judges a census: every slice of time was seen, so its share is the truth and has no interval. Only what a restart may have lost
 * leaves it open. `unhealthy` is why a failure can't be blamed on the service, if it can't.
 */
export function judgeCensus(objective: ObjectivePlan, tally: CensusTally, unhealthy: Reason | undefined): Measured {
  const { slices, sliceSeconds, held, leftOut, share, covered, excused, instances } = tally;
  const measured = {
    value: share.low,
    windowCovered: covered,
    excused,
    instancesSeen: instances,
    census: { slices, sliceSeconds, held, ...(leftOut === undefined ? {} : { leftOut }) },
  };
  const { target } = objective;
  const promised = `${formatShare(target)} promised`;
  if (share.low >= target) {
    const message = `${wordsOf(objective, tally)} (${formatShare(share.low)}), ${promised}`;
    return { ...measured, verdict: "pass", reason: { code: "slices-held", message } };
  }
  if (share.high >= target) {
    const message = `between ${formatShare(share.low)} and ${formatShare(share.high)} after what a restart may have lost, ${promised}`;
    return { ...measured, verdict: "inconclusive", reason: { code: "slices-undecided", message } };
  }
  if (unhealthy !== undefined) {
    const message = `the objective was missed, but that may not be the service's doing: ${unhealthy.message}`;
    return { ...measured, verdict: "inconclusive", reason: { code: unhealthy.code, message } };
  }
  const message = `${wordsOf(objective, tally)} (${formatMissed(share.low, target)}), ${promised}`;
  return { ...measured, verdict: "fail", reason: { code: "slices-missed", message } };
}

/** What a census counted: "58 of 60 evaluations were ≤ 0.25", "9 of 10 slices of 60 s were good". */
function wordsOf({ indicator, slices }: ObjectivePlan, tally: CensusTally): string {
  const of = `${tally.held ?? tally.slices} of ${tally.slices}`;
  if (slices?.kind === "good-slices") {
    return `${of} slices of ${slices.seconds} s had at least ${formatShare(slices.target)} good`;
  }
  if (slices !== undefined) return `on average over ${tally.slices} slices of ${slices.seconds} s`;
  return indicator.kind === "threshold"
    ? `${of} evaluations were ${OPERATOR_SIGNS[indicator.op]} ${indicator.value}`
    : `over ${tally.slices} evaluations`;
}
