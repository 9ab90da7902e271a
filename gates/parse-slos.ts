import { readYaml, throwProblems } from "../lib/config/yaml.ts";
import type { ConfigProblem, YamlDocument, YamlPath, YamlSource } from "../lib/config/yaml.ts";
import type { CountedBy, RatioIndicator } from "../lib/run/plan.ts";
import { openSloSchema } from "./openslo.ts";
import type { OpenSlo } from "./openslo.ts";
import { callerDurationOf, callerOf, checkAnnotations, minEventsOf, ratioOf } from "./slo-annotations.ts";
import type { Report } from "./slo-annotations.ts";
import { readSelector } from "./promql.ts";

/** An SLO as the gate uses it. */
export interface Slo {
  readonly name: string;
  readonly title: string;
  readonly service: string;
  readonly objectives: readonly SloObjective[];
  readonly indicator: RatioIndicator;
  /** Who counts the indicator: the caller where its selectors are on k6's own counters, for a service without metrics. */
  readonly indicatorCountedBy: CountedBy;
  /** What the caller counts, for phases in which the service can't. */
  readonly caller: RatioIndicator | null;
  /** Of a latency: the caller's own durations, a selector from which a k6 threshold is made. */
  readonly callerDuration: string | null;
  /** Fewer events than this decide nothing; null where any number may. */
  readonly minEvents: number | null;
  readonly source: { readonly file: string; readonly line: number };
}

export interface SloObjective {
  readonly title: string;
  /** Share of good events, 0.999 for instance. */
  readonly target: number;
  readonly line: number;
}

/** Reads OpenSLO files, several documents in each if need be; throws one `invalid-config` error with all problems. */
export function parseSlos(files: readonly YamlSource[]): readonly Slo[] {
  const problems: ConfigProblem[] = [];
  const slos: Slo[] = [];
  for (const source of files) {
    const reading = readYaml(source, openSloSchema);
    problems.push(...reading.problems);
    for (const document of reading.documents) {
      const report = (path: YamlPath, message: string): void => {
        problems.push({ file: source.file, line: document.lineOf(path), path, message });
      };
      const slo = toSlo(document, report);
      const twin = slos.find((other) => other.name === slo.name);
      if (twin !== undefined) {
        report(["metadata", "name"], `'${slo.name}' is taken by ${twin.source.file}:${twin.source.line}`);
      }
      slos.push(slo);
    }
  }
  throwProblems(problems);
  return slos;
}

function toSlo({ file, value, lineOf }: YamlDocument<OpenSlo>, report: Report): Slo {
  const { metadata, spec } = value;
  const title = metadata.displayName ?? metadata.name;
  const { good, bad, total } = spec.indicator.spec.ratioMetric;
  const indicator = ratioOf(queryOf(good), queryOf(bad), queryOf(total));
  const annotations = metadata.annotations ?? {};
  checkAnnotations(annotations, report);
  const indicatorCountedBy = counterOf(indicator, report);
  return {
    name: metadata.name,
    title,
    service: spec.service,
    objectives: spec.objectives.map((objective, index) => ({
      title: titleOf(title, objective.displayName, spec.objectives.length),
      target: targetOf(objective),
      line: lineOf(["spec", "objectives", index]),
    })),
    indicator,
    indicatorCountedBy,
    caller: callerOf(annotations, indicatorCountedBy, report),
    callerDuration: callerDurationOf(annotations, indicator, report),
    minEvents: minEventsOf(annotations, report),
    source: { file, line: lineOf(["metadata", "name"]) },
  };
}

function titleOf(slo: string, objective: string | undefined, count: number): string {
  return count === 1 || objective === undefined ? slo : `${slo}: ${objective}`;
}

function targetOf({ target, targetPercent }: OpenSlo["spec"]["objectives"][number]): SloObjective["target"] {
  // 99.9 / 100 is 0.9990000000000001 in floating point.
  return target ?? Number(((targetPercent ?? Number.NaN) / 100).toPrecision(12));
}

function queryOf(part: OpenSlo["spec"]["indicator"]["spec"]["ratioMetric"]["good"]): string | undefined {
  return part?.metricSource.spec.query.trim();
}

/** k6 writes each series at the time of its last request: only within one metric is it sure which series is part of which. */
function counterOf(indicator: RatioIndicator, report: Report): CountedBy {
  const path: YamlPath = ["spec", "indicator", "spec", "ratioMetric"];
  const metrics = [indicator.kind === "good" ? indicator.good : indicator.bad, indicator.total].flatMap((query) => {
    const reading = readSelector(query);
    return reading.kind === "selector" ? [reading.selector.metric] : [];
  });
  const own = metrics.filter((metric) => metric.startsWith("k6_"));
  if (own.length === 0) return "service";
  if (new Set(metrics).size > 1) {
    report(path, `expected selectors of one metric where k6 counts, found ${metrics.join(" and ")}`);
  } else if (own.some((metric) => !metric.endsWith("_total"))) {
    report(path, `expected a counter of k6, such as k6_http_reqs_total, found ${own[0] ?? ""}`);
  }
  return "caller";
}
