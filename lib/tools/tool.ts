import type { ToolName } from "./catalog/index.ts";

export type FetchKind = "release" | "go" | "deb";
export type SourceKind = "explicit" | "path" | "cache" | FetchKind;

/** Where a tool came from; `detail` is the variable, the folder, the address, the module or the package. */
export interface ToolSource {
  readonly kind: SourceKind;
  readonly detail: string;
}

/** A program that runs and whose version fits; `version` is `unknown` for a build that carries none. */
export interface Tool {
  readonly name: ToolName;
  readonly path: string;
  readonly version: string;
  readonly from: ToolSource;
}

/** Why one source did not give a tool; `cure` says what would make it, where there is something. */
export interface ToolFailure {
  readonly source: ToolSource;
  readonly reason: string;
  readonly cure?: string;
}

/** What a look for one tool came to. */
export type ToolLook =
  | { readonly kind: "found"; readonly tool: Tool }
  | { readonly kind: "missing"; readonly name: ToolName; readonly failures: readonly ToolFailure[] };

/** What a fetch is doing; `totalBytes` is null where the server did not say. */
export type ToolStep =
  | { readonly kind: "waiting"; readonly elapsedMs: number }
  | { readonly kind: "trying" }
  | { readonly kind: "downloading"; readonly receivedBytes: number; readonly totalBytes: number | null }
  | { readonly kind: "unpacking" }
  | { readonly kind: "working"; readonly what: string; readonly elapsedMs: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "ready"; readonly version: string };

/** A step of a fetch; `tools` are the tools it is for (Prometheus and promtool come together). */
export interface ToolProgress {
  readonly tools: readonly ToolName[];
  readonly source: ToolSource;
  readonly step: ToolStep;
}
