import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CiRecord } from "../../lib/run/ci-record.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";

/** The folder of a `proofload ci` whose runs came to these; `change` makes its ci.json another one. */
export function createCiFolder(
  records: readonly RunRecord[],
  change: (record: CiRecord) => unknown = (record) => record,
): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), "proofload-ci-"));
  const runs = records.map((record, index) => {
    const runId = `20261121-10000${index}-abcd`;
    const folder = join(dir, runId);
    mkdirSync(folder);
    const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
    write("plan.json", JSON.stringify({ ...record.plan, runId }));
    write("events.ndjson", record.events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    if (record.evidence !== null) write("evidence.json", JSON.stringify({ ...record.evidence, runId }));
    write("verdict.json", verdictFileText({ ...record.verdict, runId }));
    return {
      experiment: `exp-${index}`,
      state: "ended" as const,
      runIds: [runId],
      exitCode: record.verdict.exitCode,
      error: null,
    };
  });
  const record: CiRecord = { schemaVersion: 1, scenario: "ci", gate: null, environment: null, runs };
  writeFileSync(join(dir, "ci.json"), JSON.stringify(change(record)));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
