import type { YamlPath } from "../../lib/config/yaml.ts";
import type { CountedBy } from "../../lib/run/plan.ts";
import { bucketEdgeOf } from "../promql/bucket-edge.ts";
import { isRatio, queriesOfIndicator } from "./indicators.ts";
import type { SloIndicator } from "./indicators.ts";
import { readExpression } from "../promql/expression.ts";
import { ratioOf } from "./slo-annotations.ts";
import type { Report } from "./slo-annotations.ts";
import type { Metric, SliSpec } from "./sli.ts";

/** The indicator that an SLI's spec describes. The schema has seen to it that it describes just one. */
export function indicatorOf({ thresholdMetric, ratioMetric }: SliSpec): SloIndicator {
  if (thresholdMetric !== undefined) return { kind: "threshold", query: queryOf(thresholdMetric) };
  const { counter, good, bad, total, raw, rawType } = ratioMetric ?? {};
  if (raw !== undefined) return { kind: "raw", query: queryOf(raw), rawType: rawType ?? "failure" };
  if (counter === true) {
    return ratioOf(good === undefined ? undefined : queryOf(good), queryOf(bad), queryOf(total));
  }
  const [side, part] = good === undefined ? (["bad", bad] as const) : (["good", good] as const);
  return { kind: "levels", side, part: queryOf(part), total: queryOf(total) };
}

/**
 * Who counts an indicator: the caller where it is on k6's own metrics. k6 writes each counter at the time of its last request: only within
 * one metric is it sure which series is part of which.
 */
export function counterOf(indicator: SloIndicator, path: YamlPath, report: Report): CountedBy {
  const metrics = queriesOfIndicator(indicator).flatMap((query) => {
    const reading = readExpression(query);
    return reading.kind === "expression" ? reading.expression.selectors.map(({ selector }) => selector.metric) : [];
  });
  if (indicator.kind === "good" && !Number.isFinite(edgeNumber(indicator.good))) {
    report([...path, "good"], 'expected a bucket with a finite edge: every request is in le="+Inf", however slow');
  }
  const own = metrics.filter((metric) => metric.startsWith("k6_"));
  if (own.length === 0) return "service";
  if (!isRatio(indicator)) {
    if (own.length < metrics.length) report(path, "expected metrics of the service or of k6, not of both");
  } else if (new Set(metrics).size > 1) {
    report(path, `expected selectors of one metric where k6 counts, found ${metrics.join(" and ")}`);
  } else if (own.some((metric) => !metric.endsWith("_total"))) {
    report(path, `expected a counter of k6, such as k6_http_reqs_total, found ${own[0] ?? ""}`);
  }
  return "caller";
}

/** The edge of the bucket that a selector names; 0 where it names none. */
function edgeNumber(query: string): number {
  const edge = bucketEdgeOf(query)?.edge;
  return edge === undefined ? 0 : Number(edge.replace("+Inf", "Infinity"));
}

function queryOf(metric: Metric | undefined): string {
  return metric?.metricSource.spec.query.trim() ?? "";
}
