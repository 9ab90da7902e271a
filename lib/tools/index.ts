export { TOOL_NAMES, type ToolName } from "./catalog/index.ts";
export { describeSource } from "./describe-missing.ts";
export { ensureTools, type EnsureOptions } from "./ensure-tools.ts";
export { findTools } from "./find-tools.ts";
export type { SourceKind, Tool, ToolFailure, ToolLook, ToolProgress, ToolSource, ToolStep } from "./tool.ts";
