import type { Journal } from "../../chaos/journal.ts";
import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import type { RunFolder } from "../run-folder.ts";
import type { Cleanup } from "./cleanup.ts";

/** What is needed to start what a run's load works on. */
export interface StackOptions {
  readonly env: Env;
  readonly runId: string;
  readonly folder: RunFolder;
  /** Where it is written down, before anything is started, what has to be ended by somebody. */
  readonly journal: Journal;
  /** With its environment applied and its placeholders filled in. */
  readonly project: Project;
  readonly ports: Readonly<Record<string, number>>;
  /** Where relative paths in proofload.yaml count from. */
  readonly projectDir: string;
  readonly tools: ReadonlyMap<ToolName, Tool>;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

/** A process of proofload.yaml. */
export type ServiceProcess = Project["spec"]["service"]["processes"][string];
