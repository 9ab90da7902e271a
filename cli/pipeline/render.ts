import { join } from "node:path";

import { messageOf, systemCodeOf } from "../../lib/errors.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { RENDERERS } from "../../reports/index.ts";
import { writeAtomic } from "../../lib/write-atomic.ts";

/** What became of the reports: the files that were written, and what failed. */
export interface Rendered {
  readonly files: readonly string[];
  readonly failures: readonly string[];
  /** 70 when a renderer is broken, 4 when the machine has no place for what it made; null when all were written. */
  readonly exitCode: 4 | 70 | null;
}

/** Writes every report of a run into its folder; one that fails stops no other. */
export function renderRun(record: RunRecord, dir: string): Promise<Rendered> {
  return writeReports(RENDERERS, record, dir);
}

/** The same for any kind of record, with its own renderers. */
export async function writeReports<T>(
  renderers: readonly { readonly file: string; readonly render: (record: T) => string }[],
  record: T,
  dir: string,
): Promise<Rendered> {
  const files: string[] = [];
  const failures: string[] = [];
  let exitCode: Rendered["exitCode"] = null;
  for (const { file, render } of renderers) {
    try {
      await writeAtomic(join(dir, file), render(record));
      files.push(join(dir, file));
    } catch (error) {
      failures.push(`${file} could not be written: ${messageOf(error)}`);
      exitCode = systemCodeOf(error) === undefined || exitCode === 70 ? 70 : 4;
    }
  }
  return { files, failures, exitCode };
}
