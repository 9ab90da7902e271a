import type { ObjectivePlan, RatioIndicator } from "../lib/run/plan.ts";
import { isJudgedPhase } from "../lib/run/phase.ts";
import { bucketEdgeOf } from "./promql/bucket-edge.ts";
import { isRatio } from "./model/indicators.ts";
import type { Slo } from "./model/parse-slos.ts";
import { readSelector } from "./promql/selector.ts";
import type { LabelMatcher } from "./promql/selector.ts";

type Tags = Readonly<Record<string, string>>;

/**
 * k6 thresholds of what a gate judges outside of faults: the same promise, seen by the caller, by metric and tags. An availability
 * that the caller counts becomes `http_req_failed{…}: rate<=…` where k6 can say exactly the same: `=` matchers, and good or bad told apart by
 * `expected_response` alone. A latency with the annotation `proofload.dev/caller-duration` becomes `http_req_duration{…}: p(…)<=…`
 * (milliseconds). All else has no threshold.
 */
export function k6Thresholds(
  objectives: readonly ObjectivePlan[],
  slos: readonly Slo[],
): Readonly<Record<string, readonly string[]>> {
  const thresholds = new Map<string, Set<string>>();
  for (const { slo: name, phase, target, slices } of objectives) {
    const slo = slos.find((one) => one.name === name);
    // The share of good slices is no share of good requests.
    if (slo === undefined || slices !== undefined || !isJudgedPhase(phase) || /^(?:fault|recovery)\//.test(phase))
      continue;
    for (const { metric, tags, expression } of [...availability(slo, target), ...latency(slo, target)]) {
      // A selector with a phase of its own asks for other requests than those of this one.
      if ("phase" in tags && tags["phase"] !== phase) continue;
      const key = keyOf(metric, { phase, ...tags });
      thresholds.set(key, (thresholds.get(key) ?? new Set()).add(expression));
    }
  }
  return Object.fromEntries([...thresholds].map(([key, expressions]) => [key, [...expressions]]));
}

interface Threshold {
  readonly metric: string;
  readonly tags: Tags;
  readonly expression: string;
}

function availability(slo: Slo, target: number): readonly Threshold[] {
  const counted = slo.indicatorCountedBy === "caller" ? slo.indicator : slo.caller;
  const tags = counted === null || !isRatio(counted) ? null : requestsOf(counted);
  return tags === null ? [] : [{ metric: "http_req_failed", tags, expression: `rate<=${tidy(1 - target)}` }];
}

/** The tags of the requests that are counted; null where a threshold would count others, or tell good from bad otherwise. */
function requestsOf(indicator: RatioIndicator): Tags | null {
  const total = tagsOf(indicator.total, "k6_http_reqs_total");
  const part = tagsOf(indicator.kind === "good" ? indicator.good : indicator.bad, "k6_http_reqs_total");
  if (total === null || part === null || "expected_response" in total) return null;
  const wanted = { ...total, expected_response: String(indicator.kind === "good") };
  return sameTags(part, wanted) ? total : null;
}

function latency({ indicator, callerDuration }: Slo, target: number): readonly Threshold[] {
  if (callerDuration === null || indicator.kind !== "good") return [];
  const milliseconds = Number(bucketEdgeOf(indicator.good)?.edge) * 1000;
  const tags = tagsOf(callerDuration, "k6_http_req_duration_seconds");
  if (tags === null || !Number.isFinite(milliseconds)) return [];
  const expression = `p(${tidy(target * 100)})<=${tidy(milliseconds)}`;
  // A refused connection takes k6 no time at all.
  return [{ metric: "http_req_duration", tags: { expected_response: "true", ...tags }, expression }];
}

function tagsOf(query: string, metric: string): Tags | null {
  const reading = readSelector(query);
  if (reading.kind === "refused" || reading.selector.metric !== metric) return null;
  const { matchers } = reading.selector;
  const tags = Object.fromEntries(matchers.map(({ name, value }) => [name, value]));
  return matchers.every(isTag) && Object.keys(tags).length === matchers.length ? tags : null;
}

/** k6 splits tags at commas and takes quotes and spaces off their ends; an empty value means something else to Prometheus. */
function isTag({ operator, value }: LabelMatcher): boolean {
  return operator === "=" && value !== "" && !value.includes(",") && !/^[\s"']|[\s"']$/.test(value);
}

function sameTags(left: Tags, right: Tags): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => left[key] === right[key]);
}

function keyOf(metric: string, tags: Tags): string {
  return `${metric}{${Object.entries(tags)
    .map(([key, value]) => `${key}:${value}`)
    .join(",")}}`;
}

/** Without the noise of floating point: 1 - 0.999 is 0.0010000000000000009. */
function tidy(value: number): string {
  return String(Number(value.toPrecision(12)));
}
