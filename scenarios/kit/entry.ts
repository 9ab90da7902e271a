// What the entry that proofload generates around a scenario imports.
export { finishOptions } from "./finish-options.ts";
export { wrapIteration } from "./wrap-iteration.ts";
export { wrapSummary } from "./wrap-summary.ts";
