import { accessSync, constants, existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { makeFolder } from "../../lib/make-folder.ts";
import { syncFolder } from "../../lib/durable-file.ts";
import { usageError } from "../../lib/errors.ts";
import type { GateRecord } from "../../lib/run/gate-record.ts";
import { evidenceText } from "../../lib/run/evidence-file.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { writeAtomic } from "../../lib/write-atomic.ts";
import { GATE_RENDERERS } from "../../reports/index.ts";
import { writeReports } from "../pipeline/render.ts";
import type { Rendered } from "../pipeline/render.ts";

const VERDICT = "verdict.json";
const EVIDENCE = "evidence.json";

/** Where a gate's results go. */
export interface GateFolder {
  /** Writes evidence, verdict and reports, each atomically; a report that fails stops no other. */
  write(record: GateRecord): Promise<Rendered>;
}

/** The folder, made ready by {@link clearGateFolder}. */
export function openGateFolder(dir: string): GateFolder {
  clearGateFolder(dir);
  return {
    async write(record) {
      await writeAtomic(join(dir, EVIDENCE), evidenceText(record.evidence));
      await writeAtomic(join(dir, VERDICT), verdictFileText(record.verdict, 2));
      return writeReports(GATE_RENDERERS, record, dir);
    },
  };
}

/** Makes the folder ready: what an earlier gate left is removed, so that whatever happens, an old verdict is not taken for the new one. */
export function clearGateFolder(dir: string): void {
  if (existsSync(join(dir, "plan.json"))) {
    throw usageError("bad-option", `--out: ${dir} is the folder of a run, whose verdict would be lost`);
  }
  makeFolder(dir);
  // Not after all questions, when the answer would be lost.
  accessSync(dir, constants.W_OK | constants.X_OK);
  for (const file of [VERDICT, EVIDENCE, ...GATE_RENDERERS.map(({ file }) => file)]) {
    rmSync(join(dir, file), { force: true });
  }
  syncFolder(dir);
}
