import { FAULTS } from "../../chaos/faults/index.ts";
import { recoverEarlierRuns } from "../../chaos/recover.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { faultProblems, recoveryText, serviceProblems } from "../text/recovery-text.ts";

/** Ends what earlier runs left; faults that can't be ended stop this run before it adds to them. */
export async function sweep(env: Env): Promise<void> {
  const recoveries = await recoverEarlierRuns(env, FAULTS);
  for (const line of recoveries.flatMap(recoveryText)) env.stderr.write(`${line}\n`);
  for (const problem of recoveries.flatMap(serviceProblems)) env.stderr.write(`left by an earlier run: ${problem}\n`);
  const problems = recoveries.flatMap(faultProblems);
  if (problems.length === 0) return;
  throw new ProofloadError({
    code: "faults-left",
    message: `an earlier run left what could not be ended: ${problems.join("; ")}`,
    hint: "Run `proofload chaos recover` again when what they need is there.",
    exitCode: 5,
  });
}
