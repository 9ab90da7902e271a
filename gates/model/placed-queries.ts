import type { YamlDocument, YamlPath } from "../../lib/config/yaml.ts";
import type { OpenSlo } from "./openslo.ts";
import type { Metric, SliSpec } from "./sli.ts";

/** A query of an indicator, where it stands. */
export interface PlacedQuery {
  readonly document: YamlDocument<OpenSlo>;
  readonly path: YamlPath;
  readonly query: string;
  /** Whether it is one plain selector of counters. */
  readonly counter: boolean;
  /** Of a ratio of counters: what it is a part of, good events or bad ones. */
  readonly partOf: { readonly kind: "good" | "bad"; readonly total: string } | null;
}

/** Every query of some documents. */
export function placedQueries(all: readonly YamlDocument<OpenSlo>[]): readonly PlacedQuery[] {
  return all.flatMap((document) => {
    const { value } = document;
    if (value.kind === "SLI") return queriesOfSli(document, value.spec, ["spec"]);
    if (value.kind !== "SLO" || value.spec.indicator === undefined) return [];
    return queriesOfSli(document, value.spec.indicator.spec, ["spec", "indicator", "spec"]);
  });
}

function queriesOfSli(
  document: YamlDocument<OpenSlo>,
  { thresholdMetric, ratioMetric }: SliSpec,
  path: YamlPath,
): readonly PlacedQuery[] {
  const counter = ratioMetric?.counter === true;
  const total = ratioMetric?.total;
  const place = (metric: Metric | undefined, keys: YamlPath, kind: "good" | "bad" | null): readonly PlacedQuery[] => {
    if (metric === undefined) return [];
    const partOf = counter && kind !== null && total !== undefined ? { kind, total: queryOf(total) } : null;
    const where = [...path, ...keys, "metricSource", "spec", "query"];
    return [{ document, path: where, query: queryOf(metric), counter, partOf }];
  };
  return [
    ...place(thresholdMetric, ["thresholdMetric"], null),
    ...place(ratioMetric?.good, ["ratioMetric", "good"], "good"),
    ...place(ratioMetric?.bad, ["ratioMetric", "bad"], "bad"),
    ...place(total, ["ratioMetric", "total"], null),
    ...place(ratioMetric?.raw, ["ratioMetric", "raw"], null),
  ];
}

function queryOf(metric: Metric): string {
  return metric.metricSource.spec.query.trim();
}
