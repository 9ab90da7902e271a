import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import type { Finding } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** What checks look at. */
export interface Surroundings {
  readonly env: Env;
  readonly machine: Machine;
  /** Where run folders go. */
  readonly runsDir: string;
  /** Null: there is no proofload.yaml, or it is wrong. */
  readonly project: CheckedProject | null;
  /** Aborted when the check's time is over. */
  readonly signal: AbortSignal;
}

export interface CheckedProject {
  /** With its placeholders filled in. */
  readonly filled: Project;
  /** As it was written: what has no placeholder is fixed. */
  readonly written: Project;
}

/** One thing that a run needs. It changes nothing; what it throws is told as its finding. */
export interface Check {
  readonly name: string;
  readonly examine: (around: Surroundings) => Promise<readonly Finding[]> | readonly Finding[];
}
