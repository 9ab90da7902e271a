import { nearest } from "../../lib/config/nearest.ts";
import type { YamlPath } from "../../lib/config/yaml.ts";
import type { CountedBy, RatioIndicator } from "../../lib/run/plan.ts";
import { bucketEdgeOf } from "../promql/bucket-edge.ts";
import type { SloIndicator } from "./indicators.ts";
import { checkMeaning } from "./check-meaning.ts";
import { readSelector } from "../promql/selector.ts";

const PREFIX = "proofload.dev/";
const CALLER_GOOD = `${PREFIX}caller-good`;
const CALLER_BAD = `${PREFIX}caller-bad`;
const CALLER_TOTAL = `${PREFIX}caller-total`;
const CALLER_DURATION = `${PREFIX}caller-duration`;
const MINIMUM_EVENTS = `${PREFIX}minimum-events`;
const CALLER_COUNTS = [CALLER_GOOD, CALLER_BAD, CALLER_TOTAL];
const ANNOTATIONS = [...CALLER_COUNTS, CALLER_DURATION, MINIMUM_EVENTS];
/** k6's durations, as its remote write names them. */
const DURATION_METRIC = "k6_http_req_duration_seconds";

/** Takes one problem of a document, and where in it. */
export type Report = (path: YamlPath, message: string) => void;

/** An indicator of its parts. The schema has seen to it that there are a total and one of good and bad. */
export function ratioOf(good: string | undefined, bad: string | undefined, total: string | undefined): RatioIndicator {
  return good === undefined
    ? { kind: "bad", bad: bad ?? "", total: total ?? "" }
    : { kind: "good", good, total: total ?? "" };
}

function annotationPath(key: string): YamlPath {
  return ["metadata", "annotations", key];
}

/** Reports annotations of ours that there are not, with the nearest that there is. */
export function checkAnnotations(annotations: Readonly<Record<string, string>>, report: Report): void {
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(PREFIX) || ANNOTATIONS.includes(key)) continue;
    const near = nearest(key, ANNOTATIONS);
    report(
      annotationPath(key),
      `unknown annotation; ${near === undefined ? `known: ${ANNOTATIONS.join(", ")}` : `did you mean ${near}?`}`,
    );
  }
}

/** What the caller counts, by its annotations; null without them. */
export function callerOf(
  annotations: Readonly<Record<string, string>>,
  indicator: SloIndicator,
  countedBy: CountedBy,
  report: Report,
): RatioIndicator | null {
  const given = CALLER_COUNTS.filter((key) => annotations[key] !== undefined);
  const first = given[0];
  if (first === undefined) return null;
  if (indicator.kind === "threshold") {
    report(annotationPath(first), "what the caller counts is a share of requests, which no thresholdMetric is");
    return null;
  }
  if (countedBy === "caller") {
    report(annotationPath(first), "the indicator itself is already what the caller counts: remove this annotation");
    return null;
  }
  if (given.length !== 2 || !given.includes(CALLER_TOTAL)) {
    report(annotationPath(first), `expected ${CALLER_TOTAL} and one of ${CALLER_GOOD} and ${CALLER_BAD}`);
    return null;
  }
  const metrics = given.map((key) => {
    const reading = readSelector(annotations[key] ?? "");
    if (reading.kind === "selector") return reading.selector.metric;
    report(annotationPath(key), reading.message);
    return null;
  });
  if (!metrics.includes(null) && new Set(metrics).size > 1) {
    report(annotationPath(first), `expected selectors of one metric, found ${metrics.join(" and ")}`);
  }
  const caller = ratioOf(
    annotations[CALLER_GOOD]?.trim(),
    annotations[CALLER_BAD]?.trim(),
    annotations[CALLER_TOTAL]?.trim(),
  );
  checkMeaning(caller, [], (_, message) => report(annotationPath(first), message));
  return caller;
}

/** The caller's durations of a latency, by its annotation; null without it. */
export function callerDurationOf(
  annotations: Readonly<Record<string, string>>,
  indicator: SloIndicator,
  report: Report,
): string | null {
  const query = annotations[CALLER_DURATION]?.trim();
  if (query === undefined) return null;
  const refuse = (message: string): null => {
    report(annotationPath(CALLER_DURATION), message);
    return null;
  };
  if (indicator.kind !== "good" || bucketEdgeOf(indicator.good) === null) {
    return refuse('only for a latency: an SLO whose good events are those of a bucket, with a matcher le="…"');
  }
  const reading = readSelector(query);
  if (reading.kind === "refused") return refuse(reading.message);
  const { metric, matchers } = reading.selector;
  if (metric !== DURATION_METRIC) return refuse(`expected a selector of ${DURATION_METRIC}, found ${metric}`);
  if (matchers.some(({ operator }) => operator !== "="))
    return refuse("expected matchers with = only: a k6 threshold knows no other");
  return query;
}

/** The number of events below which an SLO is not decided, by its annotation; null without it. */
export function minEventsOf(annotations: Readonly<Record<string, string>>, report: Report): number | null {
  const text = annotations[MINIMUM_EVENTS]?.trim();
  if (text === undefined) return null;
  const events = Number(text);
  if (/^\d+$/.test(text) && events >= 1 && Number.isSafeInteger(events)) return events;
  report(
    annotationPath(MINIMUM_EVENTS),
    `expected a whole number of events, at least 1, such as "3000", found '${text}'`,
  );
  return null;
}
