export { TOOL_NAMES, type ToolName } from "./catalog/index.ts";
export { describeSource } from "./describe-missing.ts";
export { ensureTools } from "./ensure-tools.ts";
export { findTools } from "./find-tools.ts";
export type { Tool, ToolLook, ToolProgress } from "./tool.ts";
