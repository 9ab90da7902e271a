import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { createMachine } from "../doctor/machine.ts";
import type { Machine } from "../doctor/machine.ts";
import { readFiles } from "../doctor/read-files.ts";
import { runsDir } from "../run-folder.ts";

export interface DoctorArguments {
  readonly env?: string;
  readonly json?: true;
}

/** `proofload doctor`: checks what a run needs; answers 2 when the project's files are wrong, 4 when anything else is bad. */
export async function doctorVerb(env: Env, args: DoctorArguments, machine?: Machine): Promise<ExitCode> {
  const files = await readFiles(env, env.cwd, args.env ?? null);
  const findings = await examine({
    env,
    machine: machine ?? createMachine(await nodeVersion(env)),
    runsDir: runsDir(env, undefined),
    project: files.project,
  });
  const all = [...files.findings, ...findings];
  env.stdout.write(args.json === true ? `${JSON.stringify(all)}\n` : `${all.map(lineOf).join("\n")}\n`);
  const isBad = ({ state }: Finding): boolean => state === "bad";
  if (files.findings.some(isBad)) return 2;
  return findings.some(isBad) ? 4 : 0;
}

const NAME_WIDTH = 11;

/** One line for what is well; the cure on a line of its own for what is not. */
function lineOf({ check, state, cause, cure }: Finding): string {
  const indent = " ".repeat(6 + NAME_WIDTH + 1);
  const line = `${state.padEnd(5)} ${check.padEnd(NAME_WIDTH)} ${cause.replaceAll("\n", `\n${indent}`)}`;
  return cure === null ? line : `${line}\n${indent}→ ${cure.replaceAll("\n", `\n${indent}  `)}`;
}

async function nodeVersion(env: Env): Promise<string> {
  const { stdout } = await env.run({ argv: [env.execPath, "--version"], timeoutMs: 10_000 });
  return stdout.trim().replace(/^v/, "");
}
