import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { syncFolder } from "../../lib/durable-file.ts";
import { usageError } from "../../lib/errors.ts";
import type { GateRecord } from "../../lib/run/gate-record.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { writeAtomic } from "../../lib/write-atomic.ts";
import { GATE_RENDERERS } from "../../reports/index.ts";
import { writeReports } from "../pipeline/render.ts";

const VERDICT = "verdict.json";

/** Makes the folder ready: what an earlier gate left is removed, so that whatever happens, an old verdict is not taken for the new one. */
export function clearGateFolder(dir: string): void {
  if (existsSync(join(dir, "plan.json"))) {
    throw usageError("bad-option", `--out: ${dir} is the folder of a run, whose verdict would be lost`);
  }
  mkdirSync(dir, { recursive: true });
  for (const file of [VERDICT, "evidence.json", ...GATE_RENDERERS.map(({ file }) => file)]) {
    rmSync(join(dir, file), { force: true });
  }
  syncFolder(dir);
}

/** Writes evidence, verdict and reports, each atomically; a report that fails stops no other. Answers what failed. */
export async function writeGateFolder(dir: string, record: GateRecord): Promise<readonly string[]> {
  await writeAtomic(join(dir, "evidence.json"), `${JSON.stringify(record.evidence, withNaN)}\n`);
  await writeAtomic(join(dir, VERDICT), verdictFileText(record.verdict, 2));
  return (await writeReports(GATE_RENDERERS, record, dir)).failures;
}

/** JSON has no NaN, and would make null of it. */
function withNaN(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
