import { createHash } from "node:crypto";

import { usageError } from "../lib/errors.ts";
import type { ExperimentPlan } from "../lib/run/plan.ts";

/** The targets of each fault, by its name, as references or names of containers. */
export type ResolvedTargets = Readonly<Record<string, readonly string[]>>;

/**
 * What an experiment is going to do, in short: the same for the same faults with the same settings on the same targets at the same times after the first, whatever load it is played
 * under. `sha256:` and twelve digits.
 */
export function planHash(experiment: ExperimentPlan, targets: ResolvedTargets): string {
  const { name, seed, faults, blastRadius, steadyState, abort, alerts } = experiment;
  const firstStart = faults[0]?.startSeconds ?? 0;
  const content = {
    name,
    seed,
    blastRadius,
    steadyState,
    abort,
    alerts,
    faults: faults.map((fault) => ({
      ...fault,
      startSeconds: Math.round((fault.startSeconds - firstStart) * 1000) / 1000,
      targets: targets[fault.name] ?? [],
    })),
  };
  const text = JSON.stringify(sorted(content));
  return `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

/** Throws a usage error (exit code 2) when an experiment would do something else than the plan that was looked at; null: nobody said which. */
export function checkPlanHash(experiment: ExperimentPlan, targets: ResolvedTargets, expected: string | null): void {
  if (expected === null) return;
  const found = planHash(experiment, targets);
  if (found === expected) return;
  throw usageError(
    "plan-changed",
    `${experiment.file} would not do what the plan ${expected} says: this is ${found}`,
    "Look at it again with `proofload chaos plan`; where anything is left to chance, give its --seed.",
  );
}

/** The same before anything runs, as far as it is known by then: an experiment that selects containers is looked at when they run. */
export function checkNamedPlan(experiment: ExperimentPlan, expected: string | null): void {
  if (experiment.faults.some(({ select }) => select !== undefined)) return;
  checkPlanHash(
    experiment,
    Object.fromEntries(experiment.faults.map(({ name, target }) => [name, [target]])),
    expected,
  );
}

/** With keys in order, and without what is different in each run: selectors that carry its id, ports that it found free. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => key !== "counted")
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, key === "url" ? pathOf(String(one)) : sorted(one)]));
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
