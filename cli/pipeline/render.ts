import { join } from "node:path";

import writeFileAtomic from "write-file-atomic";

import { messageOf } from "../../lib/errors.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { RENDERERS } from "../../reports/index.ts";

/** What became of the reports: the files that were written, and what failed. */
export interface Rendered {
  readonly files: readonly string[];
  readonly failures: readonly string[];
}

/** Writes every report of a run into its folder; one that fails stops no other. */
export async function renderRun(record: RunRecord, dir: string): Promise<Rendered> {
  const files: string[] = [];
  const failures: string[] = [];
  for (const { file, render } of RENDERERS) {
    try {
      await writeFileAtomic(join(dir, file), render(record));
      files.push(join(dir, file));
    } catch (error) {
      failures.push(`${file} could not be written: ${messageOf(error)}`);
    }
  }
  return { files, failures };
}
