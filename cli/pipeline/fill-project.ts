import { fillPlaceholders, portNames } from "../../lib/config/placeholders.ts";
import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { checkProject } from "../plan/check-project.ts";
import { OWN_PORTS } from "./start-stack.ts";
import { targetsOf } from "./targets.ts";

/** A project as a run works with it: its placeholders filled in, and the ports that these, and the run's own programs, have. */
export interface FilledProject {
  readonly project: Project;
  readonly ports: Readonly<Record<string, number>>;
}

/** Fills in the placeholders of a project for the run in `runDir`, and checks what only shows then; throws a usage error (exit code 2). */
export async function fillProject(env: Env, raw: Project, runDir: string): Promise<FilledProject> {
  const ports = await findFreePorts([...OWN_PORTS, ...portNames(raw)]);
  const project = fillPlaceholders(raw, { node: env.execPath, package: env.packageDir, run: runDir, ports });
  checkProject(project);
  // Toxiproxy has no address yet; what matters is that every reference names something.
  targetsOf(project, "");
  return { project, ports };
}
