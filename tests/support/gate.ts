import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { main } from "../../cli/main.ts";
import type { Env } from "../../lib/env.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";

/** What `proofload gate` answered. */
export interface GateAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls `proofload gate ARGS` in this process, in a folder. */
export async function callGate(cwd: string, args: readonly string[], vars: Env["vars"] = {}): Promise<GateAnswer> {
  let [stdout, stderr] = ["", ""];
  const env: Env = {
    ...createNodeEnv(),
    argv: ["gate", ...args],
    cwd,
    vars,
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 80 },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: 80 },
  };
  const exitCode = await main(env);
  return { exitCode, stdout, stderr };
}

export const verdictOf = ({ stdout }: GateAnswer): GateVerdict => JSON.parse(stdout) as GateVerdict;

/** A query as an SLO file has it. */
export const promql = (query: string): string => `{ metricSource: { type: Prometheus, spec: { query: '${query}' } } }`;

/** An SLO file's text: `part` is the good or the bad events. */
export function sloText(options: {
  readonly name: string;
  readonly kind?: "good" | "bad";
  readonly part: string;
  readonly total: string;
  readonly target?: number;
}): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: ${options.name} }
spec:
  service: api
  indicator:
    metadata: { name: ${options.name} }
    spec:
      ratioMetric:
        counter: true
        ${options.kind ?? "bad"}: ${promql(options.part)}
        total: ${promql(options.total)}
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: ${options.target ?? 0.99} }]
`;
}

/** The text of an SLO called `watched` whose indicator is PromQL; `metric` and `objective` are YAML inside of braces. */
export function expressionSlo(metric: string, objective: string, method = "Occurrences"): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: watched }
spec:
  service: api
  indicator: { metadata: { name: watched }, spec: { ${metric} } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: ${method}
  objectives: [{ ${objective} }]
`;
}

/** A folder that holds some files. */
export function folderOf(files: Readonly<Record<string, string>>): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), "proofload-gate-"));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
