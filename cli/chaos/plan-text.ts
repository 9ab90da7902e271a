import { readyFault } from "../../chaos/active-fault.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import { planHash } from "../../chaos/plan-hash.ts";
import type { ResolvedTargets } from "../../chaos/plan-hash.ts";
import { targetRef } from "../../chaos/target.ts";
import type { Target } from "../../chaos/target.ts";
import { OPERATOR_SIGNS } from "../../gates/model/operators.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import type { CheckPlan, ExperimentPlan, FaultPlan } from "../../lib/run/plan.ts";
import { formatBytes, formatSeconds } from "../../reports/words/format.ts";

/** A fault of an experiment with its targets as they are now. */
export interface ResolvedFault {
  readonly plan: FaultPlan;
  readonly targets: readonly string[];
  /** How it would be undone by hand, a line for each target; null where that is known only once the target runs. */
  readonly undo: readonly string[] | null;
}

/** What an experiment is going to do, with its hash. */
export interface ResolvedPlan {
  readonly experiment: ExperimentPlan;
  readonly faults: readonly ResolvedFault[];
  readonly hash: string;
}

/** Looks up the targets of an experiment without touching them; `find` throws where there are none. Targets that a run starts are known by their names only. */
export async function resolvePlan(
  env: Env,
  experiment: ExperimentPlan,
  find: (plan: FaultPlan) => Promise<readonly Target[]>,
): Promise<ResolvedPlan> {
  const faults: ResolvedFault[] = [];
  for (const plan of experiment.faults) faults.push(await resolveFault(env, plan, find));
  const targets: ResolvedTargets = Object.fromEntries(faults.map((fault) => [fault.plan.name, fault.targets]));
  return { experiment, faults, hash: planHash(experiment, targets) };
}

async function resolveFault(
  env: Env,
  plan: FaultPlan,
  find: (plan: FaultPlan) => Promise<readonly Target[]>,
): Promise<ResolvedFault> {
  const found = await find(plan).catch((error: unknown) => {
    // A selection finds nothing where nothing runs; a name may mean what the run is going to start.
    if (plan.select !== undefined) throw error;
    return null;
  });
  if (found === null) return { plan, targets: [plan.target], undo: null };
  const { signal } = new AbortController();
  const world = { env, runId: "RUN", faults: FAULTS, findTargets: async () => found, signal };
  const active = await readyFault(world, plan, 1).catch((error: unknown) => {
    // What does not run yet says nothing against the plan; a setting that can't work does.
    if (error instanceof ProofloadError && error.exitCode === 2) throw error;
    return null;
  });
  return {
    plan,
    targets: found.map(targetRef),
    undo: active === null ? null : active.map(({ ready }) => ready.undoCommand),
  };
}

/** The plan for people. */
export function planText({ experiment, faults, hash }: ResolvedPlan): string {
  const { blastRadius, steadyState, abort } = experiment;
  const never = blastRadius.never.length === 0 ? "" : `, never ${blastRadius.never.join(", ")}`;
  const first = faults[0]?.plan.startSeconds ?? 0;
  return [
    `${experiment.name}: ${experiment.title}`,
    `  hypothesis    ${experiment.hypothesis}`,
    ...steadyState.map(({ name, when, check }) => `  probe         ${name} (${when.join(", ")}): ${checkText(check)}`),
    ...abort.map(
      ({ name, check, forSeconds }) =>
        `  abort ${check.kind === "promql" ? "when  " : "unless"}  ${name}: ${checkText(check)}${forSeconds > 0 ? ` for ${forSeconds} s` : ""}`,
    ),
    `  blast radius  ${blastRadius.targets} at the same time, ${Math.round(blastRadius.share * 100)} % of a selection${never}`,
    ...(experiment.seed === null ? [] : [`  seed          ${experiment.seed}`]),
    "",
    ...faults.flatMap((fault) => faultText(fault, first)),
    "",
    `hash ${hash}`,
    "",
  ].join("\n");
}

function faultText({ plan, targets, undo }: ResolvedFault, first: number): readonly string[] {
  const { name, group, kind, startSeconds, holdSeconds, recoverySeconds, settings } = plan;
  const title = name === kind ? kind : `${name} (${kind})`;
  const beside = name === group ? "" : `, with ${group}`;
  return [
    `  +${Math.round((startSeconds - first) * 10) / 10} s  ${title} on ${targets.join(", ")}${beside}`,
    `          hold ${holdSeconds} s, recovery ${recoverySeconds} s${settingsText(settings)}`,
    ...(undo ?? [`known once ${targets.join(", ")} runs`]).map((command) => `          undo: ${command}`),
  ];
}

function settingsText(settings: FaultPlan["settings"]): string {
  const words = Object.entries(settings).map(([key, value]) => `${key} ${settingText(key, value)}`);
  return words.length === 0 ? "" : `; ${words.join(", ")}`;
}

/** Settings that hold seconds, and those that hold bytes: an experiment writes them as `300ms` and `64MiB`. */
const SECONDS: readonly string[] = ["latency", "jitter", "silence", "grace", "recoversWithin"];
const BYTES: readonly string[] = ["size", "limit"];

function settingText(key: string, value: unknown): string {
  if (typeof value !== "number") return String(value);
  if (SECONDS.includes(key)) return formatSeconds(value);
  if (BYTES.includes(key)) return formatBytes(value);
  if (key === "rate") return `${value}\u00a0KB/s`;
  return String(value);
}

function checkText(check: CheckPlan): string {
  switch (check.kind) {
    case "promql":
      return `${check.query} ${OPERATOR_SIGNS[check.op]} ${check.value}`;
    case "http":
      return `GET ${check.url} answers ${check.status.join(" or ")} within ${check.withinSeconds} s`;
    case "slo":
      return `${check.slo} ≥ ${check.target ?? "?"} over ${check.windowSeconds} s`;
  }
}
