import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Env } from "../../lib/env.ts";
import { messageOf, usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunVerdict } from "../../lib/run/verdict.ts";
import { renderRun } from "../pipeline/render.ts";
import { findRunFolder, readEvents } from "../run-folder.ts";
import { verdictText } from "../text/verdict-text.ts";

/** `proofload report RUN`: renders a run folder again, and answers with its verdict's exit code. */
export async function reportVerb(
  env: Env,
  name: string,
  args: { readonly out?: string; readonly json?: true },
): Promise<ExitCode> {
  const dir = findRunFolder(env, name, args.out);
  const verdictFile = join(dir, "verdict.json");
  if (!existsSync(verdictFile)) {
    throw usageError("no-verdict", `${dir} has no verdict: the run was cut off before it was judged`, "Run it again.");
  }
  const verdict = read(verdictFile) as RunVerdict;
  const evidenceFile = join(dir, "evidence.json");
  const { files, failures } = await renderRun(
    {
      plan: read(join(dir, "plan.json")) as RunPlan,
      events: readEvents(dir),
      evidence: existsSync(evidenceFile) ? (read(evidenceFile) as Evidence) : null,
      verdict,
    },
    dir,
  );
  env.stdout.write(args.json === true ? `${JSON.stringify(verdict)}\n` : verdictText(env, verdict, dir, files));
  for (const failure of failures) env.stderr.write(`${failure}\n`);
  return worstExitCode([verdict.exitCode, ...(failures.length > 0 ? ([70] as const) : [])]);
}

/** These files are written by proofload itself, atomically: whole or not there. */
function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw usageError("bad-run-folder", `${file} is not readable: ${messageOf(error)}`);
  }
}
