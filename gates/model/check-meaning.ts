import type { YamlPath } from "../../lib/config/yaml.ts";
import { bucketEdgeOf } from "../promql/bucket-edge.ts";
import { queriesOfIndicator } from "./indicators.ts";
import type { SloIndicator } from "./indicators.ts";
import { readSelector } from "../promql/selector.ts";
import type { LabelMatcher, Selector } from "../promql/selector.ts";
import { selects } from "../promql/selects.ts";
import type { Report } from "./slo-annotations.ts";

/** Reports queries that are right as PromQL and can mean nothing: a part that is all events, and matchers that nothing can fit. */
export function checkMeaning(indicator: SloIndicator, path: YamlPath, report: Report): void {
  if (indicator.kind === "raw" || indicator.kind === "threshold") return;
  const [part = "", total = ""] = queriesOfIndicator(indicator);
  const side = indicator.kind === "levels" ? indicator.side : indicator.kind;
  const same =
    normal(part) === normal(total) ? "is the same as total" : holdsAll(part, total) ? "selects all of total" : null;
  if (same !== null) {
    const events = `${side === "good" ? "all" : "no"} events are good whatever happens`;
    report([...path, side], `it ${same}, so that ${events}`);
  } else if (isOtherBucket(part, total)) {
    report(
      [...path, "total"],
      "expected …_count, where all events are: this is another bucket than the part's, and no series of the one is among those of the other",
    );
  }
  for (const [key, query] of [
    [side, part],
    ["total", total],
  ] as const) {
    const reading = readSelector(query);
    if (reading.kind === "refused") continue;
    const label = contradictionIn(reading.selector);
    if (label !== null) report([...path, key], `no series can fit: its matchers of ${label} contradict each other`);
    else if (indicator.kind !== "levels" && countsTwice(reading.selector)) {
      report([...path, key], 'expected one bucket, by le="…": a bucket holds all events of those below it, too');
    }
  }
}

/** Whether a selector may take several buckets of one histogram, by which an event is counted several times. */
function countsTwice({ metric, matchers }: Selector): boolean {
  return metric.endsWith("_bucket") && !matchers.some(({ name, operator }) => name === "le" && operator === "=");
}

/** Whether a selector asks for no more than another one of the same metric: then what that one selects fits this one, too. */
function holdsAll(part: string, total: string): boolean {
  const [own, all] = [readSelector(part), readSelector(total)];
  if (own.kind === "refused" || all.kind === "refused" || own.selector.metric !== all.selector.metric) return false;
  const asked = new Set(all.selector.matchers.map(textOf));
  return own.selector.matchers.every((matcher) => asked.has(textOf(matcher)));
}

/** Whether two selectors are of two buckets of one histogram. */
function isOtherBucket(part: string, total: string): boolean {
  const [own, all] = [bucketEdgeOf(part), bucketEdgeOf(total)];
  return own !== null && all !== null && own.metric === all.metric && Number(own.edge) !== Number(all.edge);
}

function textOf({ name, operator, value }: LabelMatcher): string {
  return JSON.stringify([name, operator, value]);
}

/** A selector whatever the order of its matchers; any other expression as it is written. */
function normal(query: string): string {
  const reading = readSelector(query);
  if (reading.kind === "refused") return query;
  const { metric, matchers } = reading.selector;
  const sorted = matchers.map(textOf).toSorted();
  return JSON.stringify([metric, [...new Set(sorted)]]);
}

/** A label of which one matcher asks for the very value that another one excludes. */
function contradictionIn(selector: Selector): string | null {
  const found = selector.matchers.find(({ name, operator, value }) => {
    const own = selector.matchers.filter((other) => other.name === name);
    return (
      operator === "=" && selects({ ...selector, metric: "", matchers: own }, { __name__: "", [name]: value }) === false
    );
  });
  return found?.name ?? null;
}
