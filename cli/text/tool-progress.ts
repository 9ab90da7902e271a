import type { Env } from "../../lib/env.ts";
import type { ToolProgress } from "../../lib/tools/index.ts";

const LINE_EVERY_MS = 15_000;

/** Says on standard error what a fetch of tools is doing: each new step at once, long ones every few seconds. */
export function createToolProgress(env: Env): (progress: ToolProgress) => void {
  const last = new Map<string, { readonly kind: string; readonly atMs: number }>();
  return (progress) => {
    const key = progress.tools.join("+");
    const now = env.clock.monotonicMs();
    const before = last.get(key);
    if (before?.kind === progress.step.kind && now - before.atMs < LINE_EVERY_MS) return;
    last.set(key, { kind: progress.step.kind, atMs: now });
    env.stderr.write(`${progress.tools.join(" + ")}: ${stepText(progress)}\n`);
  };
}

function stepText({ step, source }: ToolProgress): string {
  const from = `${source.kind} ${source.detail}`;
  switch (step.kind) {
    case "waiting":
      return `another proofload is fetching it (${seconds(step.elapsedMs)})`;
    case "trying":
      return `trying ${from}`;
    case "downloading": {
      const total = step.totalBytes === null ? "" : ` of ${megabytes(step.totalBytes)}`;
      return `downloading, ${megabytes(step.receivedBytes)}${total}`;
    }
    case "unpacking":
      return "unpacking";
    case "working":
      return `${step.what} (${seconds(step.elapsedMs)})`;
    case "failed":
      return `not from ${from}: ${step.reason}`;
    case "ready":
      return `ready, ${step.version} (${source.kind})`;
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
