import { throwProblems } from "../../lib/config/yaml.ts";
import type { ConfigProblem, YamlPath, YamlSource } from "../../lib/config/yaml.ts";
import type { Condition, CountedBy, RatioIndicator, TimeSlices } from "../../lib/run/plan.ts";
import { checkBounds } from "./check-bounds.ts";
import { checkMeaning } from "./check-meaning.ts";
import { checkReferences } from "./check-references.ts";
import { documentsOf, findDocument, problemIn, readDocuments } from "./documents.ts";
import type { DocumentOf, Documents } from "./documents.ts";
import type { SloIndicator } from "./indicators.ts";
import { counterOf, indicatorOf } from "./indicator-of.ts";
import { lengthOf } from "./length-of.ts";
import type { SliSpec } from "./sli.ts";
import type { ObjectiveSpec, SloDocument } from "./slo.ts";
import { targetOf } from "./target-of.ts";
import { callerDurationOf, callerOf, checkAnnotations, minEventsOf } from "./slo-annotations.ts";
import type { Report } from "./slo-annotations.ts";

/** An SLO as the gate uses it. */
export interface Slo {
  readonly name: string;
  readonly title: string;
  readonly service: string;
  readonly objectives: readonly SloObjective[];
  readonly indicator: SloIndicator;
  /** Who counts the indicator: the caller where its selectors are on k6's own metrics, for a service without metrics. */
  readonly indicatorCountedBy: CountedBy;
  /** What the caller counts, for phases in which the service can't. */
  readonly caller: RatioIndicator | null;
  /** Of a latency: the caller's own durations, a selector from which a k6 threshold is made. */
  readonly callerDuration: string | null;
  /** Fewer events than this decide nothing; null where any number may. */
  readonly minEvents: number | null;
  /** The time window over which its error budget is. */
  readonly windowSeconds: number;
  readonly source: { readonly file: string; readonly line: number };
}

export interface SloObjective {
  readonly title: string;
  /** Share of good events (or slices of time), 0.999 for instance. */
  readonly target: number;
  /** Of a threshold: what its values must be. */
  readonly condition?: Condition;
  /** Slices of time, where they are judged in place of events. */
  readonly slices?: TimeSlices;
  readonly line: number;
}

/** SLOs and the documents that they were read from, with everything that is wrong with them. */
export interface SloReading extends Documents {
  readonly slos: readonly Slo[];
}

/** Reads OpenSLO files, several documents in each if need be; throws one `invalid-config` error with all problems. */
export function parseSlos(files: readonly YamlSource[]): readonly Slo[] {
  const { slos, problems } = readSlos(files);
  throwProblems(problems);
  return slos;
}

/** Like {@link parseSlos}, but returns the problems; an SLO whose indicator is nowhere is left out. */
export function readSlos(files: readonly YamlSource[]): SloReading {
  const { all, problems: wrong } = readDocuments(files);
  const problems = [...wrong];
  // What a broken document is called is not known: nobody could say whether a name is missing.
  if (wrong.length === 0) problems.push(...checkReferences(all));
  const slos = documentsOf(all, "SLO").flatMap((document) => {
    const indicator = indicatorSource(document, all);
    return indicator === null ? [] : [toSlo(document, indicator, problems)];
  });
  return { all, slos, problems };
}

/** An SLI's spec, and where it stands. */
interface IndicatorSource {
  readonly spec: SliSpec;
  readonly document: DocumentOf<"SLO"> | DocumentOf<"SLI">;
  readonly path: YamlPath;
}

function indicatorSource(document: DocumentOf<"SLO">, all: Documents["all"]): IndicatorSource | null {
  const { indicator, indicatorRef = "" } = document.value.spec;
  if (indicator !== undefined) return { spec: indicator.spec, document, path: ["spec", "indicator", "spec"] };
  const sli = findDocument(all, "SLI", indicatorRef);
  return sli === undefined ? null : { spec: sli.value.spec, document: sli, path: ["spec"] };
}

function toSlo(document: DocumentOf<"SLO">, source: IndicatorSource, problems: ConfigProblem[]): Slo {
  const { file, value, lineOf } = document;
  const { metadata, spec } = value;
  const report: Report = (path, message) => problems.push(problemIn(document, path, message));
  const indicator = indicatorOf(source.spec);
  const metric = indicator.kind === "threshold" ? "thresholdMetric" : "ratioMetric";
  const indicatorCountedBy = counterOf(indicator, [...source.path, metric], (path, message) =>
    problems.push(problemIn(source.document, path, message)),
  );
  checkMeaning(indicator, [...source.path, metric], (path, message) =>
    problems.push(problemIn(source.document, path, message)),
  );
  const title = metadata.displayName ?? metadata.name;
  const annotations = metadata.annotations ?? {};
  checkAnnotations(annotations, report);
  return {
    name: metadata.name,
    title,
    service: spec.service,
    objectives: spec.objectives.map((objective, index) => {
      const path = ["spec", "objectives", index];
      checkCondition(objective, indicator, path, report);
      const target = targetOf(objective);
      const condition = conditionOf(objective, indicator);
      const slices = slicesOf(objective, spec.budgetingMethod);
      const shareOfSlice = slices.slices?.kind === "good-slices" ? slices.slices.target : target;
      checkBounds(indicator, { ...condition, target: shareOfSlice }, path, report);
      return {
        title: titleOf(title, objective.displayName, spec.objectives.length),
        target,
        ...condition,
        ...slices,
        line: lineOf(path),
      };
    }),
    indicator,
    indicatorCountedBy,
    caller: callerOf(annotations, indicator, indicatorCountedBy, report),
    callerDuration: callerDurationOf(annotations, indicator, report),
    minEvents: minEventsOf(annotations, report),
    windowSeconds: lengthOf(spec.timeWindow[0]?.duration ?? "") ?? Number.NaN,
    source: { file, line: lineOf(["metadata", "name"]) },
  };
}

function titleOf(slo: string, objective: string | undefined, count: number): string {
  return count === 1 || objective === undefined ? slo : `${slo}: ${objective}`;
}

/** A threshold's values need a bound; a ratio's have none. */
function checkCondition(objective: ObjectiveSpec, { kind }: SloIndicator, path: YamlPath, report: Report): void {
  for (const key of ["op", "value"] as const) {
    if ((objective[key] !== undefined) === (kind === "threshold")) continue;
    const message =
      kind === "threshold" ? "missing; expected it with a thresholdMetric" : "it belongs to a thresholdMetric";
    report([...path, key], message);
  }
}

function conditionOf({ op, value }: ObjectiveSpec, { kind }: SloIndicator): Pick<SloObjective, "condition"> {
  return kind !== "threshold" || op === undefined || value === undefined ? {} : { condition: { op, value } };
}

function slicesOf(
  { timeSliceTarget, timeSliceWindow: seconds }: ObjectiveSpec,
  method: SloDocument["spec"]["budgetingMethod"],
): Pick<SloObjective, "slices"> {
  if (method === "Occurrences" || seconds === undefined) return {};
  return method === "RatioTimeslices"
    ? { slices: { kind: "mean-share", seconds } }
    : { slices: { kind: "good-slices", seconds, target: timeSliceTarget ?? Number.NaN } };
}
