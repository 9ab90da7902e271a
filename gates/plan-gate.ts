import { nearest } from "../lib/config/nearest.ts";
import { throwProblems } from "../lib/config/yaml.ts";
import type { ConfigProblem } from "../lib/config/yaml.ts";
import { usageError } from "../lib/errors.ts";
import { isJudgedPhase, phaseMatches } from "../lib/run/phase.ts";
import type { Condition, CountedBy, GatePlan, Indicator, ObjectivePlan } from "../lib/run/plan.ts";
import { withAnySpelling } from "./promql/edge-spelling.ts";
import { countsEvents, mapQueries } from "./model/indicators.ts";
import type { SloIndicator } from "./model/indicators.ts";
import type { Gate, GateObjective } from "./model/parse-gate.ts";
import { checkBounds } from "./model/check-bounds.ts";
import { addMatchersToAll } from "./promql/expression.ts";
import type { Slo } from "./model/parse-slos.ts";

/** A phase of the run to come. */
export interface GatedPhase {
  readonly phase: string;
  /** True when a fault keeps the service from counting in it, so that the caller counts. */
  readonly callerCounts: boolean;
}

/**
 * Expands a gate to one objective per SLO, target and phase, in the order of the phases, with its queries ready to be asked. `labels` become matchers of every
 * selector on the service's metrics, `callerLabels` of every selector on the caller's (k6's). Throws one `invalid-config` error with all
 * problems: an unknown SLO, a phase that the run does not have, an SLO that can't be counted in a phase.
 */
export function planGate(options: {
  readonly gate: Gate;
  readonly slos: readonly Slo[];
  readonly phases: readonly GatedPhase[];
  readonly labels: Readonly<Record<string, string>>;
  readonly callerLabels: Readonly<Record<string, string>>;
}): GatePlan {
  const { gate, slos, phases } = options;
  const problems: ConfigProblem[] = [];
  const objectives: ObjectivePlan[] = [];
  for (const [index, entry] of gate.objectives.entries()) {
    const report = (line: number, key: string, message: string): void => {
      problems.push({ file: gate.file, line, path: ["spec", "objectives", index, key], message });
    };
    const slo = slos.find((one) => one.name === entry.slo);
    if (slo === undefined) report(entry.line, "slo", unknownSlo(entry.slo, slos));
    for (const phase of expandPhases(entry, phases, (line, message) => report(line, "phases", message))) {
      if (slo === undefined) continue;
      const alwaysCaller = slo.indicatorCountedBy === "caller";
      const countedBy: CountedBy = alwaysCaller || phase.callerCounts ? "caller" : "service";
      const indicator = alwaysCaller || countedBy === "service" ? slo.indicator : slo.caller;
      if (indicator === null) {
        report(entry.line, "slo", noCaller(slo, phase.phase));
        continue;
      }
      const counted = withLabels(indicator, countedBy === "caller" ? options.callerLabels : options.labels);
      const crossCheck =
        countedBy === "caller" || slo.caller === null ? null : withLabels(slo.caller, options.callerLabels);
      for (const { title, target, line, condition, slices } of targetsOf(slo, entry)) {
        if (entry.target !== null && slices?.kind !== "good-slices") {
          checkBounds(slo.indicator, { condition, target }, [], (_, message) => report(entry.line, "target", message));
        }
        const objective: ObjectivePlan = {
          slo: slo.name,
          title,
          phase: phase.phase,
          target,
          minEvents: entry.minEvents ?? slo.minEvents,
          abortOnFail: entry.abortOnFail,
          countedBy,
          indicator: bounded(counted, condition),
          ...(slices === undefined ? {} : { slices }),
          ...(entry.key ? {} : { mayBeInconclusive: true as const }),
          ...(entry.recoversWithinSeconds === null ? {} : { recoversWithinSeconds: entry.recoversWithinSeconds }),
          budgetWindowSeconds: slo.windowSeconds,
          crossCheck,
          source: { file: slo.source.file, line },
        };
        if (entry.abortOnFail && !countsEvents(objective)) report(entry.line, "abortOnFail", NO_ABORT);
        objectives.push(objective);
      }
    }
  }
  throwProblems(problems);
  if (objectives.length === 0) {
    const there = phases.map(({ phase }) => phase).join(", ");
    throw usageError(
      "nothing-judged",
      `${gate.file} judges nothing in this run, whose phases are: ${there || "none"}`,
      "Map an SLO to one of these phases in the gate file, or run with an experiment.",
    );
  }
  const unjudged = phases.find(
    ({ phase }) => phase.startsWith("fault/") && !objectives.some((objective) => objective.phase === phase),
  );
  if (unjudged !== undefined) {
    throw usageError(
      "fault-not-judged",
      `${gate.file} judges nothing in ${unjudged.phase}, so the run could pass whatever the fault does`,
      'Map an SLO to "fault/*" there, or take another gate with --gate.',
    );
  }
  if (objectives.every(({ mayBeInconclusive }) => mayBeInconclusive === true)) {
    throw usageError(
      "nothing-judged",
      `${gate.file} has no key objective in this run, so nothing would have to be proven`,
      "Map a key objective (one without `key: false`) to one of its phases.",
    );
  }
  checkCapacity(gate, phases);
  const order = phases.map(({ phase }) => phase);
  return {
    name: gate.name,
    file: gate.file,
    confidence: confidencePerTry(gate),
    ...(gate.repeats === 0 ? {} : { repeats: gate.repeats }),
    failureBurst: gate.failureBurst,
    objectives: withoutTwins(objectives).toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase)),
    capacity: gate.capacity,
    abortWindowSeconds: gate.abortWindowSeconds,
  };
}

/**
 * Whoever may try again may pass by mistake again: each try gets its part of the chance for that (Bonferroni), so that all of
 * them together keep the gate's confidence.
 */
function confidencePerTry({ confidence, repeats }: Gate): number {
  return repeats === 0 ? confidence : 1 - (1 - confidence) / (repeats + 1);
}

/** The phases of an entry, each once. What is about faults is skipped in a run without an experiment. */
function expandPhases(
  entry: GateObjective,
  phases: readonly GatedPhase[],
  report: (line: number, message: string) => void,
): readonly GatedPhase[] {
  if (entry.phases.length === 0) report(entry.line, NO_PHASES);
  const judged = phases.filter(({ phase }) => isJudgedPhase(phase));
  const withFaults = judged.some(({ phase }) => phase.startsWith("fault/"));
  const matched = entry.phases.flatMap(({ pattern, line }) => {
    const fitting = judged.filter(({ phase }) => phaseMatches(pattern, phase));
    const skipped = !withFaults && /^(?:fault|recovery)\//.test(pattern);
    if (fitting.length === 0 && !skipped) {
      report(
        line,
        `the run has no phase '${pattern}'; it has ${judged.map(({ phase }) => phase).join(", ") || "none"}`,
      );
    }
    return fitting;
  });
  return [...new Set(matched)];
}

const NO_PHASES =
  "expected the phases of a run that it is judged in, such as [baseline]; only `proofload gate`, which judges a whole window, needs none";
const NO_ABORT = "only an SLO that counts events (Occurrences of counters) can end the load while it runs";

/** A rate that no step reaches can't be proven. */
function checkCapacity({ file, capacity }: Gate, phases: readonly GatedPhase[]): void {
  if (capacity === null) return;
  const rates = phases.flatMap(({ phase }) => (phase.startsWith("step/") ? [Number(phase.slice("step/".length))] : []));
  const highest = Math.max(0, ...rates.filter((rate) => Number.isFinite(rate)));
  // The names of steps are rounded.
  if (highest === 0 || highest >= Math.floor(capacity.atLeast)) return;
  throw usageError(
    "capacity-out-of-reach",
    `${file} asks for ${capacity.atLeast} iterations/s, but the highest step of the load is ${highest}`,
    "Raise the load with --rate, or lower spec.capacity.atLeast.",
  );
}

/** The targets of an entry: one of its own, or those of its SLO; what has a bound or slices keeps them. */
function targetsOf(slo: Slo, { target }: GateObjective): Slo["objectives"] {
  if (target === null) return slo.objectives;
  const plain = slo.objectives.every(({ condition, slices }) => condition === undefined && slices === undefined);
  return plain
    ? [{ title: slo.title, target, line: slo.objectives[0]?.line ?? slo.source.line }]
    : slo.objectives.map((objective) => ({ ...objective, target }));
}

function withoutTwins(objectives: readonly ObjectivePlan[]): readonly ObjectivePlan[] {
  const byKey = new Map<string, ObjectivePlan>();
  for (const one of objectives) {
    const { slo, phase, target, title, indicator, slices, recoversWithinSeconds } = one;
    const key = JSON.stringify([slo, phase, target, title, indicator, slices, recoversWithinSeconds]);
    const twin = byKey.get(key);
    const strictest = twin === undefined || twin.mayBeInconclusive === true ? one : twin;
    byKey.set(key, { ...strictest, abortOnFail: one.abortOnFail || (twin?.abortOnFail ?? false) });
  }
  return [...byKey.values()];
}

function withLabels<T extends SloIndicator>(indicator: T, labels: Readonly<Record<string, string>>): T {
  const isPlain = Object.keys(labels).length === 0;
  return mapQueries(indicator, (query) => withAnySpelling(isPlain ? query : addMatchersToAll(query, labels)));
}

/** The parser has seen to it that a threshold's objective has a bound. */
function bounded(indicator: SloIndicator, condition: Condition | undefined): Indicator {
  if (indicator.kind !== "threshold") return indicator;
  return { ...indicator, ...(condition ?? { op: "lte", value: Number.NaN }) };
}

function unknownSlo(name: string, slos: readonly Slo[]): string {
  const names = slos.map((slo) => slo.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `known: ${names.join(", ") || "none"}` : `did you mean '${near}'?`;
  return `no SLO is called '${name}'; ${hint}`;
}

function noCaller(slo: Slo, phase: string): string {
  const where = `${slo.source.file}:${slo.source.line}`;
  if (slo.indicator.kind === "threshold") {
    return `in ${phase} the service can't be measured, so '${slo.name}' (${where}) can't be judged there: leave this phase out`;
  }
  return (
    `in ${phase} the service can't count the requests it never sees, and '${slo.name}' does not say what the caller counts; ` +
    `add the annotations proofload.dev/caller-good and proofload.dev/caller-total at ${where}, or leave this phase out`
  );
}
