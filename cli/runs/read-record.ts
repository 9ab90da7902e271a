import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { messageOf, usageError } from "../../lib/errors.ts";
import type { ProofloadError } from "../../lib/errors.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { readRunVerdict } from "../../lib/run/verdict-file.ts";
import type { RunVerdict } from "../../lib/run/verdict.ts";
import { readEvents } from "../run-folder.ts";

/** All that the folder of a run holds; a usage error (exit code 2) where it has no verdict, or was damaged. */
export function readRunRecord(dir: string): RunRecord {
  const verdictFile = join(dir, "verdict.json");
  if (!existsSync(verdictFile)) {
    throw usageError("no-verdict", `${dir} has no verdict: the run ended before it was judged`, "Run it again.");
  }
  const verdict = readVerdict(verdictFile);
  const evidenceFile = join(dir, "evidence.json");
  return {
    plan: readPart(join(dir, "plan.json"), verdict.runId) as RunPlan,
    events: existsSync(join(dir, "events.ndjson")) ? readEvents(dir) : [],
    evidence: existsSync(evidenceFile) ? (readPart(evidenceFile, verdict.runId) as Evidence) : null,
    verdict,
  };
}

function readVerdict(file: string): RunVerdict {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw badFolder(file, messageOf(error));
  }
  const read = readRunVerdict(text);
  if (read.ok) return read.verdict;
  const [first = "", ...more] = read.problems;
  throw badFolder(file, more.length === 0 ? first : `${first} (and ${more.length} more)`);
}

/** A file of a run folder: these are written by proofload itself, atomically, so what does not fit was damaged. */
function readPart(file: string, runId: string): object {
  let part: unknown;
  try {
    part = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw badFolder(file, messageOf(error));
  }
  if (typeof part !== "object" || part === null || !("runId" in part) || typeof part.runId !== "string") {
    throw badFolder(file, "it is of no run");
  }
  if (!("schemaVersion" in part) || part.schemaVersion !== 1)
    throw badFolder(file, "it is of another version of proofload");
  if (part.runId !== runId) throw badFolder(file, `it is of run ${part.runId}, the verdict of ${runId}`);
  return part;
}

function badFolder(file: string, why: string): ProofloadError {
  return usageError("bad-run-folder", `${file} can't be used: ${why}`, "Run again; a run folder is not for editing.");
}
