import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError, usageError } from "../../lib/errors.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import { parseEvidence } from "../../lib/run/evidence-file.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { ExperimentRecord } from "../../lib/run/experiment-record.ts";
import type { ExperimentRunPlan, RunPlan } from "../../lib/run/plan.ts";
import type { GateEvidence, GateRecord } from "../../lib/run/gate-record.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { readExperimentVerdict, readGateVerdict, readRunVerdict } from "../../lib/run/verdict-file.ts";
import type { VerdictReading } from "../../lib/run/verdict-file.ts";
import { readEvents } from "../run-folder.ts";

/** All that the folder of a run holds; a usage error (exit code 2) where it has no verdict, or was damaged. */
export function readRunRecord(dir: string): RunRecord {
  const verdict = readVerdict(dir, readRunVerdict);
  const evidenceFile = join(dir, "evidence.json");
  return {
    plan: readPart(join(dir, "plan.json"), verdict.runId) as RunPlan,
    events: readTimeline(dir),
    evidence: existsSync(evidenceFile) ? (readPart(evidenceFile, verdict.runId) as Evidence) : null,
    verdict,
  };
}

/** Whether the folder is of an experiment that was played without load. */
export function isExperimentFolder(dir: string): boolean {
  const plan = readObject(join(dir, "plan.json"));
  return "kind" in plan && plan.kind === "experiment";
}

/** The same as {@link readRunRecord} for such a folder. */
export function readExperimentRecord(dir: string): ExperimentRecord {
  const verdict = readVerdict(dir, readExperimentVerdict);
  const plan = readPart(join(dir, "plan.json"), verdict.runId) as ExperimentRunPlan;
  return { plan, events: readTimeline(dir), verdict };
}

/** The folder that a gate without a run wrote by `--out`, if the path is one (it has no plan); null where it is none. */
export function findGateFolder(env: Pick<Env, "cwd">, path: string): string | null {
  const dir = resolve(env.cwd, path);
  const holds = (file: string): boolean => existsSync(join(dir, file));
  return !holds("plan.json") && (holds("verdict.json") || holds("evidence.json")) ? dir : null;
}

/** The same as {@link readRunRecord} for such a folder. */
export function readGateRecord(dir: string): GateRecord {
  const verdict = readVerdict(dir, readGateVerdict);
  const file = join(dir, "evidence.json");
  const evidence = readObject(file) as Partial<GateEvidence>;
  if (evidence.kind !== "gate") throw badFolder(file, "it is of no gate");
  if (evidence.schemaVersion !== 1) throw badFolder(file, "it is of another version of proofload");
  const { window } = verdict;
  const asked = evidence.question?.window;
  if (asked?.from !== window.from || asked.to !== window.to) {
    throw badFolder(file, "it is of another window than the verdict");
  }
  return { evidence: evidence as GateEvidence, verdict };
}

function readTimeline(dir: string): readonly RunEvent[] {
  return existsSync(join(dir, "events.ndjson")) ? readEvents(dir) : [];
}

function readVerdict<Verdict>(dir: string, read: (text: string) => VerdictReading<Verdict>): Verdict {
  const file = join(dir, "verdict.json");
  if (!existsSync(file)) {
    throw usageError("no-verdict", `${dir} has no verdict: the run ended before it was judged`, "Run it again.");
  }
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw badFolder(file, messageOf(error));
  }
  const reading = read(text);
  if (reading.ok) return reading.verdict;
  const [first = "", ...more] = reading.problems;
  throw badFolder(file, more.length === 0 ? first : `${first} (and ${more.length} more)`);
}

/** A file of a run folder: these are written by proofload itself, atomically, so what does not fit was damaged. */
function readPart(file: string, runId: string): object {
  const part = readObject(file);
  if (!("runId" in part) || typeof part.runId !== "string") throw badFolder(file, "it is of no run");
  if (!("schemaVersion" in part) || part.schemaVersion !== 1)
    throw badFolder(file, "it is of another version of proofload");
  if (part.runId !== runId) throw badFolder(file, `it is of run ${part.runId}, the verdict of ${runId}`);
  return part;
}

function readObject(file: string): object {
  let part: unknown;
  try {
    part = parseEvidence(readFileSync(file, "utf8"));
  } catch (error) {
    throw badFolder(file, messageOf(error));
  }
  if (typeof part !== "object" || part === null) throw badFolder(file, "it is of no run");
  return part;
}

/** What is told of a folder's evidence. Nothing but use finds out that a file was edited, and holds what no gate writes. */
export function tellEvidence<T>(dir: string, tell: () => T): T {
  try {
    return tell();
  } catch (thrown) {
    if (thrown instanceof ProofloadError) throw thrown;
    throw badFolder(join(dir, "evidence.json"), `it does not hold what a gate writes: ${messageOf(thrown)}`);
  }
}

function badFolder(file: string, why: string): ProofloadError {
  return usageError("bad-run-folder", `${file} can't be used: ${why}`, "Run again; a run folder is not for editing.");
}
