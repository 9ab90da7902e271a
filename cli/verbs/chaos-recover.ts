import { FAULTS } from "../../chaos/faults/index.ts";
import { recoverEarlierRuns } from "../../chaos/recover.ts";
import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { recoveryProblems, recoveryText } from "../text/recovery-text.ts";

/** `proofload chaos recover`: ends whatever earlier runs left; answers 5 when something could not be ended. */
export async function chaosRecoverVerb(env: Env, args: { readonly json?: true }): Promise<ExitCode> {
  const recoveries = await recoverEarlierRuns(env, FAULTS);
  const problems = recoveries.flatMap(recoveryProblems);
  if (args.json === true) {
    env.stdout.write(`${JSON.stringify({ recoveries, problems })}\n`);
  } else {
    const running = recoveries.flatMap((recovery) => (recovery.kind === "running" ? [recovery.runId] : []));
    const lines = recoveries.flatMap(recoveryText);
    if (lines.length === 0 && problems.length === 0) lines.push("Nothing was left behind.");
    if (running.length > 0) lines.push(`Still running, and looking after themselves: ${running.join(", ")}.`);
    env.stdout.write(`${lines.join("\n")}\n`);
    for (const problem of problems) env.stderr.write(`left behind: ${problem}\n`);
  }
  return problems.length === 0 ? 0 : 5;
}
