import { nearest } from "../lib/config/nearest.ts";
import { configError, parseYamlDocument } from "../lib/config/yaml.ts";
import type { ConfigProblem, YamlSource } from "../lib/config/yaml.ts";
import { problemsOf } from "../lib/config/zod-problems.ts";
import type { AlertPlan, CheckPlan, ContainerSelection, ExperimentPlan, FaultPlan, Take } from "../lib/run/plan.ts";
import { experimentSchema } from "./experiment-schema.ts";
import type { CheckSpec, ExperimentSpec, FaultSpec } from "./experiment-schema.ts";
import type { Fault } from "./fault.ts";
import { scheduleFaults } from "./schedule.ts";

/** An experiment as it was written, its faults' settings validated and its times counted from the load's start. */
export interface Experiment extends ExperimentPlan {
  readonly baselineSeconds: number;
}

export interface ExperimentOptions {
  readonly faults: readonly Fault[];
  /** The load's; the baseline begins after it. */
  readonly warmupSeconds: number;
  /** In place of the file's own seed; null: the file's, or `anySeed`. */
  readonly seed: number | null;
  /** What is left to chance where nobody says. */
  readonly anySeed: number;
}

type Report = (path: readonly PropertyKey[], message: string) => void;

/** Reads an experiment; everything that is wrong with it is in one error. */
export function parseExperiment(source: YamlSource, options: ExperimentOptions): Experiment {
  const document = parseYamlDocument(source, experimentSchema);
  const { metadata, spec } = document.value;
  const problems: ConfigProblem[] = [];
  const report: Report = (path, message) => {
    const whole = ["spec", ...path];
    problems.push({ file: source.file, line: document.lineOf(whole), path: whole, message });
  };
  checkNames(spec, report);
  const seed = options.seed ?? spec.seed ?? options.anySeed;
  const settled = spec.faults.map((fault, index) =>
    settle(fault, options.faults, (path, message) => report(["faults", index, ...path], message)),
  );
  checkProvable(spec.faults, settled, report);
  if (problems.length > 0) throw configError(problems);
  const faults = scheduleFaults(spec.faults, seed, options.warmupSeconds + spec.baseline).flatMap(
    ({ index, ...times }): readonly FaultPlan[] => {
      const fault = settled[index];
      return fault === undefined || fault === null ? [] : [{ ...fault, ...times }];
    },
  );
  checkPlayedNames(spec, faults, report);
  if (problems.length > 0) throw configError(problems);
  return {
    name: metadata.name,
    title: spec.title,
    hypothesis: spec.hypothesis,
    file: source.file,
    seed: spec.faults.some(usesChance) ? seed : null,
    faults,
    blastRadius: spec.blastRadius,
    steadyState: spec.steadyState.map(({ name, when, ...check }) => ({ name, when, check: checkOf(check) })),
    abort: spec.abort.map(({ name, for: forSeconds, ...check }) => ({ name, forSeconds, check: checkOf(check) })),
    alerts: { expected: spec.alerts.expected.map(alertOf), forbidden: spec.alerts.forbidden.map(alertOf) },
    baselineSeconds: spec.baseline,
  };
}

/** What is repeated is played as `a-1`, `a-2`: two of one name would share their phase, their proof and what they make. */
function checkPlayedNames({ faults }: ExperimentSpec, played: readonly FaultPlan[], report: Report): void {
  for (const [index, { name }] of faults.entries()) {
    if (played.filter((one) => one.name === name).length < 2) continue;
    report(["faults", index, "name"], `expected a name of its own, '${name}' is what another fault's repeat is called`);
  }
}

/** Through a proxy that lets nothing through nobody can measure what another fault does there at the same time. */
function checkProvable(faults: readonly FaultSpec[], settled: readonly (Settled | null)[], report: Report): void {
  const groupOf = (fault: FaultSpec | undefined): string => fault?.with ?? fault?.name ?? "";
  for (const [index, fault] of faults.entries()) {
    const own = settled[index];
    if (own === null || own === undefined || !own.target.startsWith("proxy/")) continue;
    const earlier = settled.findIndex(
      (other, at) =>
        at < index &&
        other?.target === own.target &&
        groupOf(faults[at]) === groupOf(fault) &&
        (other.callerCounts || own.callerCounts),
    );
    const other = faults[earlier];
    if (other === undefined) continue;
    const breaker = own.callerCounts ? fault : other;
    const message = `${fault.kind} and ${other.kind} are on ${own.target} at the same time, and ${breaker.kind} lets nothing through by which the other could be proven: play them one after another, or on two proxies`;
    report(["faults", index, fault.with === undefined ? "name" : "with"], message);
  }
}

function usesChance({ wait, select, take }: FaultSpec): boolean {
  return typeof wait === "object" || (select !== undefined && take !== "all");
}

/** Names that are taken, and faults that come with one that there is not. */
function checkNames({ faults, steadyState, abort }: ExperimentSpec, report: Report): void {
  const unique = (list: readonly { readonly name: string }[], key: string): void => {
    for (const [index, { name }] of list.entries()) {
      if (list.findIndex((one) => one.name === name) === index) continue;
      report([key, index, "name"], `expected a name of its own, '${name}' is taken`);
    }
  };
  unique(faults, "faults");
  unique(steadyState, "steadyState");
  unique(abort, "abort");
  for (const [index, fault] of faults.entries()) {
    if (fault.with === undefined) continue;
    const leader = faults.find(({ name }) => name === fault.with);
    if (leader === undefined || leader.name === fault.name) {
      report(["faults", index, "with"], `expected the name of another fault, found '${fault.with}'`);
    } else if (leader.with !== undefined) {
      report(["faults", index, "with"], `'${fault.with}' comes with '${leader.with}' itself: expected that name`);
    }
  }
}

type Settled = Omit<FaultPlan, "name" | "group" | "startSeconds" | "holdSeconds" | "recoverySeconds">;

/** A fault without its times; null where it is wrong, which was reported. */
function settle(fault: FaultSpec, faults: readonly Fault[], report: Report): Settled | null {
  const definition = faults.find((one) => one.kind === fault.kind);
  if (definition === undefined) {
    const kinds = faults.map((one) => one.kind);
    const close = nearest(fault.kind, kinds);
    const hint = close === undefined ? `known are ${kinds.join(", ")}` : `did you mean '${close}'?`;
    report(["kind"], `unknown fault '${fault.kind}'; ${hint}`);
    return null;
  }
  const { targetKind } = definition;
  if (fault.target !== undefined && !fault.target.startsWith(`${targetKind}/`)) {
    report(["target"], `expected ${targetKind}/NAME: ${fault.kind} works on a ${targetKind}`);
  }
  if (fault.select !== undefined && targetKind !== "container") {
    report(["select"], `it finds containers, and ${fault.kind} works on a ${targetKind}`);
  }
  const settings = problemsOf(definition.settings, fault.settings);
  for (const { path, message } of settings.problems) report(["settings", ...path], message);
  const select = selectionOf(fault);
  return {
    kind: fault.kind,
    nature: definition.nature,
    callerCounts: definition.callerCounts,
    target: fault.target ?? (select === null ? "" : selectionWords(select)),
    ...(select === null ? {} : { select }),
    settings: (settings.ok ? settings.value : {}) as Readonly<Record<string, unknown>>,
  };
}

function selectionOf({ select, take }: FaultSpec): ContainerSelection | null {
  if (select === undefined) return null;
  const { labels = {}, name = null, service = null } = select;
  return { labels, name, service, take: takeOf(take) };
}

function takeOf(take: FaultSpec["take"]): Take {
  if (take === "all") return { kind: "all" };
  if (typeof take === "number") return { kind: "count", count: take };
  return { kind: "share", share: Number(take.replace(/ ?%$/, "")) / 100 };
}

/** A selection as people say it: `1 container with app=shop`. */
function selectionWords({ labels, name, service, take }: ContainerSelection): string {
  const wanted = [
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
    ...(name === null ? [] : [`the name ${name}`]),
    ...(service === null ? [] : [`the service ${service}`]),
  ].join(", ");
  switch (take.kind) {
    case "all":
      return `all containers with ${wanted}`;
    case "count":
      return `${take.count} container${take.count === 1 ? "" : "s"} with ${wanted}`;
    case "share":
      return `${Math.round(take.share * 100)} % of the containers with ${wanted}`;
  }
}

/** The schema has seen to it that there is exactly one. */
function checkOf({ promql, http, slo }: CheckSpec): CheckPlan {
  if (promql !== undefined) return { kind: "promql", ...promql };
  if (http !== undefined) {
    const status = typeof http.status === "number" ? [http.status] : http.status;
    return { kind: "http", url: http.url, status, withinSeconds: http.within, contains: http.contains ?? null };
  }
  if (slo === undefined) throw new Error("a check without any kind");
  return { kind: "slo", slo: slo.name, windowSeconds: slo.window, target: slo.target ?? null, counted: null };
}

function alertOf({ name, labels, within, resolvesWithin }: ExperimentSpec["alerts"]["expected"][number]): AlertPlan {
  return { name, labels, withinSeconds: within, resolvesWithinSeconds: resolvesWithin ?? null };
}
