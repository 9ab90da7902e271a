import { existsSync } from "node:fs";
import { join } from "node:path";

import { applyEnvironment } from "../../lib/config/environment.ts";
import { fillPlaceholders, portNames } from "../../lib/config/placeholders.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { namesIn, readExperiment, readGate, readProject, readSlos } from "../pipeline/read-config.ts";
import { targetsOf } from "../pipeline/targets.ts";
import { checkProject } from "../plan/check-project.ts";
import type { CheckedProject } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** What the project's files came to; `project` is null where there is none or where it is wrong. */
export interface FilesRead {
  readonly project: CheckedProject | null;
  readonly findings: readonly Finding[];
}

const CURE = "Mend the lines that are named.";

/** Reads proofload.yaml with one of its environments, the gates, the SLOs and the experiments, as a run would. */
export async function readFiles(env: Env, dir: string, environment: string | null): Promise<FilesRead> {
  // A folder without a project still has a machine to look at.
  if (!existsSync(join(dir, "proofload.yaml")) && environment === null) {
    const cause = `there is no proofload.yaml in ${dir}: only the machine is looked at`;
    return { project: null, findings: [warn("project", cause, "proofload init --url URL")] };
  }
  let project: CheckedProject;
  try {
    project = await readChecked(env, dir, environment);
  } catch (error) {
    return { project: null, findings: [mistake("project", error)] };
  }
  const mistakes = [
    ...tell("SLOs", () => readSlos(dir)),
    ...namesIn(join(dir, "gates"), ".yaml").flatMap((name) => tell("gates", () => readGate(dir, name))),
    ...namesIn(join(dir, "chaos", "experiments"), ".yaml").flatMap((name) =>
      tell("experiments", () => readExperiment(dir, name, { warmupSeconds: 0, seed: null, anySeed: 0 })),
    ),
  ];
  const whole = ok("project", `${project.filled.metadata.name}, with its gates, SLOs and experiments`);
  return { project, findings: mistakes.length === 0 ? [whole] : mistakes };
}

async function readChecked(env: Env, dir: string, environment: string | null): Promise<CheckedProject> {
  const written = applyEnvironment(readProject(dir), environment);
  // Stand-ins: no run has these.
  const ports = await findFreePorts(portNames(written));
  const filled = fillPlaceholders(written, { node: env.execPath, package: env.packageDir, run: dir, ports });
  checkProject(filled);
  targetsOf(filled, "");
  return { written, filled };
}

function tell(check: string, read: () => unknown): readonly Finding[] {
  try {
    read();
    return [];
  } catch (error) {
    return [mistake(check, error)];
  }
}

/** What is no mistake in a file is for the top to tell. */
function mistake(check: string, error: unknown): Finding {
  if (!(error instanceof ProofloadError) || error.exitCode !== 2) throw error;
  return bad(check, error.message, error.hint ?? CURE);
}
