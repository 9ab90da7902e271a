import type { PresenceEvidence, SeriesSamples } from "../../lib/run/evidence.ts";
import type { CountedBy } from "../../lib/run/plan.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { seriesOf } from "../counters/count-events.ts";
import { impossibleValue } from "../promql/impossible-value.ts";
import { selectorsOf } from "../promql/expression.ts";
import type { PlacedSelector } from "../promql/expression.ts";

/** What was there of a selector, and when. */
export interface Presence {
  readonly selector: PlacedSelector;
  readonly evidence: PresenceEvidence;
  /** Of each instance that had it, one for each value of the labels that the selector asks for; what has no label `instance` is a recording rule's. */
  readonly series: readonly SeriesSamples[];
}

const NOTHING =
  "there is no such series, whatever its labels hold; what is born by its first event is to be exported at 0 before, or counted (`counter: true`)";

/** When the selectors of expressions were there, each once; or why that can't be said. */
export function readPresence(
  queries: readonly string[],
  countedBy: CountedBy,
  presence: readonly PresenceEvidence[],
): Attempt<readonly Presence[]> {
  const read: Presence[] = [];
  for (const selector of selectorsOf(queries)) {
    const evidence = presenceOf(selector.text, countedBy, presence);
    const series = seriesOf(evidence?.outcome, evidence?.query ?? selector.text);
    if (!series.ok) return series;
    if (evidence === undefined || series.value.length === 0) {
      return blocked("no-data", `the expression reads ${selector.text}: ${NOTHING}`);
    }
    const impossible = selector.selector.matchers
      .map((matcher) => impossibleValue(matcher, series.value))
      .find((why) => why !== null);
    if (impossible !== undefined) return blocked("no-data", `the expression reads ${selector.text}: ${impossible}`);
    read.push({ selector, evidence, series: series.value });
  }
  return found(read);
}

/** The answer about a selector as it stands in an expression, if it was asked. */
export function presenceOf(
  selector: string,
  countedBy: CountedBy,
  presence: readonly PresenceEvidence[],
): PresenceEvidence | undefined {
  return presence.find((one) => one.countedBy === countedBy && one.selectors.includes(selector));
}
