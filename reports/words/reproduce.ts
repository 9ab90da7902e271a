import type { RunPlan } from "../../lib/run/plan.ts";

const NEEDS_NO_QUOTES = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** The commands that run this again, and that render its reports again. */
export function reproduceCommands(plan: RunPlan): { readonly run: string; readonly report: string } {
  const { experiment: played } = plan;
  const seed = played === null || played.seed === null ? [] : ["--seed", String(played.seed)];
  const experiment = played === null ? [] : ["--experiment", played.name, ...seed];
  const environment = plan.service.environment === null ? [] : ["--env", plan.service.environment];
  const { rate, durationSeconds, scale } = plan.load.overrides;
  const overrides = [
    ...(rate === null ? [] : ["--rate", String(rate)]),
    ...(durationSeconds === null ? [] : ["--duration", `${durationSeconds}s`]),
    ...(scale === null ? [] : ["--scale", String(scale)]),
  ];
  const run = ["proofload", "run", plan.load.scenario, ...experiment, "--gate", plan.gate.name, ...environment];
  return {
    run: shellLine([...run, ...overrides]),
    report: shellLine(["proofload", "report", plan.runId]),
  };
}

function shellLine(words: readonly string[]): string {
  return words.map((word) => (NEEDS_NO_QUOTES.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}
