import type { Env } from "../env.ts";
import type { ToolPackage } from "./tool-package.ts";
import type { FetchKind, ToolStep } from "./tool.ts";

/** One try at fetching a package. */
export interface FetchJob {
  /** Empty, gone after the try. */
  readonly tempDir: string;
  /** Where the programs are to be left, under their names in the catalog. */
  readonly stageDir: string;
  /** The file that keeps the digests of what was fetched. */
  readonly digestFile: string;
  readonly signal: AbortSignal;
  readonly onStep: (step: ToolStep) => void;
}

/** What is known of the version without asking the program: a source that was told the version knows it. */
export interface Fetched {
  readonly version: string | undefined;
}

/** A place that packages can be fetched from. */
export interface Source {
  readonly kind: FetchKind;
  /** What would be fetched, for people; undefined where this source has nothing for the package. */
  describe(env: Env, pkg: ToolPackage): string | undefined;
  /** Fetches the package's programs; throws what stopped it. */
  fetch(env: Env, pkg: ToolPackage, job: FetchJob): Promise<Fetched>;
}
