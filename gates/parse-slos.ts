import { nearest } from "../lib/config/nearest.ts";
import { readYaml, throwProblems } from "../lib/config/yaml.ts";
import type { ConfigProblem, YamlDocument, YamlPath, YamlSource } from "../lib/config/yaml.ts";
import type { RatioIndicator } from "../lib/run/plan.ts";
import { openSloSchema } from "./openslo.ts";
import type { OpenSlo } from "./openslo.ts";
import { readSelector } from "./promql.ts";

/** An SLO as the gate uses it. */
export interface Slo {
  readonly name: string;
  readonly title: string;
  readonly service: string;
  readonly objectives: readonly SloObjective[];
  /** What the service counts. */
  readonly indicator: RatioIndicator;
  /** What the caller counts, for phases in which the service can't. */
  readonly caller: RatioIndicator | null;
  readonly source: { readonly file: string; readonly line: number };
}

export interface SloObjective {
  readonly title: string;
  /** Share of good events, 0.999 for instance. */
  readonly target: number;
  readonly line: number;
}

const PREFIX = "proofload.dev/";
const CALLER_GOOD = `${PREFIX}caller-good`;
const CALLER_BAD = `${PREFIX}caller-bad`;
const CALLER_TOTAL = `${PREFIX}caller-total`;
const ANNOTATIONS = [CALLER_GOOD, CALLER_BAD, CALLER_TOTAL];

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

type Report = (path: YamlPath, message: string) => void;

function toSlo({ file, value, lineOf }: YamlDocument<OpenSlo>, report: Report): Slo {
  const { metadata, spec } = value;
  const title = metadata.displayName ?? metadata.name;
  const { good, bad, total } = spec.indicator.spec.ratioMetric;
  return {
    name: metadata.name,
    title,
    service: spec.service,
    objectives: spec.objectives.map((objective, index) => ({
      title: titleOf(title, objective.displayName, spec.objectives.length),
      target: targetOf(objective),
      line: lineOf(["spec", "objectives", index]),
    })),
    indicator: ratioOf(queryOf(good), queryOf(bad), queryOf(total)),
    caller: callerOf(metadata.annotations ?? {}, report),
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

/** The schema has seen to it that there are a total and one of good and bad. */
function ratioOf(good: string | undefined, bad: string | undefined, total: string | undefined): RatioIndicator {
  return good === undefined
    ? { kind: "bad", bad: bad ?? "", total: total ?? "" }
    : { kind: "good", good, total: total ?? "" };
}

function callerOf(annotations: Readonly<Record<string, string>>, report: Report): RatioIndicator | null {
  const at = (key: string): YamlPath => ["metadata", "annotations", key];
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(PREFIX) || ANNOTATIONS.includes(key)) continue;
    const near = nearest(key, ANNOTATIONS);
    report(
      at(key),
      `unknown annotation; ${near === undefined ? `known: ${ANNOTATIONS.join(", ")}` : `did you mean ${near}?`}`,
    );
  }
  const given = ANNOTATIONS.filter((key) => annotations[key] !== undefined);
  const first = given[0];
  if (first === undefined) return null;
  if (given.length !== 2 || !given.includes(CALLER_TOTAL)) {
    report(at(first), `expected ${CALLER_TOTAL} and one of ${CALLER_GOOD} and ${CALLER_BAD}`);
    return null;
  }
  const metrics = given.map((key) => {
    const reading = readSelector(annotations[key] ?? "");
    if (reading.kind === "selector") return reading.selector.metric;
    report(at(key), reading.message);
    return null;
  });
  // k6 writes each series at the time of its last request: only within one metric is it sure which series is part of which.
  if (!metrics.includes(null) && new Set(metrics).size > 1) {
    report(at(first), `expected selectors of one metric, found ${metrics.join(" and ")}`);
  }
  return ratioOf(annotations[CALLER_GOOD]?.trim(), annotations[CALLER_BAD]?.trim(), annotations[CALLER_TOTAL]?.trim());
}
