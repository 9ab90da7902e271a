import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { rm, rmdir } from "node:fs/promises";
import { join } from "node:path";

import type { Env } from "../../lib/env.ts";
import { messageOf, systemCodeOf } from "../../lib/errors.ts";

/** Which runs stay. */
export interface PruneRules {
  /** The newest so many. */
  readonly keep: number;
  /** Since they were last written. */
  readonly maxAgeSeconds: number;
  /** Ids of the runs that their user is about to read: the one that has just ended, and those that were played with it. */
  readonly current: readonly string[];
}

/** Ids of runs whose folders were removed, and why others could not be. */
export interface Pruned {
  readonly removed: readonly string[];
  readonly failures: readonly string[];
}

interface RunOnDisk {
  readonly id: string;
  readonly dir: string;
  readonly startedMs: number;
  /** Null: it was never judged, or its verdict can't be read. */
  readonly verdict: string | null;
}

const RUN_ID = /^(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-[0-9a-f]{4}$/;
/** A run without a verdict may still be going on for so long after it last wrote. */
const MAY_RUN_MS = 86_400_000;

/**
 * Removes run folders beyond the newest `keep` and those that are older than `maxAgeSeconds`. Stay in any case: the current runs,
 * the newest that passed, what may still be running, and whatever is no run folder. Never rejects: failures are in the answer.
 */
export async function pruneRuns(env: Pick<Env, "clock">, runsDir: string, rules: PruneRules): Promise<Pruned> {
  const removed: string[] = [];
  const failures: string[] = [];
  const now = env.clock.now();
  try {
    const runs = listRuns(runsDir);
    const lastPass = runs.find(({ verdict }) => verdict === "pass");
    for (const [index, run] of runs.entries()) {
      if (run === lastPass || rules.current.includes(run.id)) continue;
      try {
        const ageMs = now - lastWrittenMs(run);
        if (index < rules.keep && ageMs <= rules.maxAgeSeconds * 1000) continue;
        if (run.verdict === null && ageMs < MAY_RUN_MS) continue;
        await removeRun(run.dir);
        removed.push(run.id);
      } catch (error) {
        failures.push(`run ${run.id} could not be removed: ${messageOf(error)}`);
      }
    }
  } catch (error) {
    if (systemCodeOf(error) !== "ENOENT") failures.push(`${runsDir} could not be tidied up: ${messageOf(error)}`);
  }
  return { removed, failures };
}

/** The runs of a folder, the newest first. */
function listRuns(runsDir: string): readonly RunOnDisk[] {
  const ids = readdirSync(runsDir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && RUN_ID.test(entry.name) ? [entry.name] : [],
  );
  return ids
    .toSorted()
    .toReversed()
    .flatMap((id) => {
      const dir = join(runsDir, id);
      const startedMs = startOf(id);
      return isFile(join(dir, "plan.json")) && !Number.isNaN(startedMs)
        ? [{ id, dir, startedMs, verdict: verdictOf(dir) }]
        : [];
    });
}

/** The id tells the order of runs: times of files change when one is rendered again. */
function startOf(id: string): number {
  return Date.parse(id.replace(RUN_ID, "$1-$2-$3T$4:$5:$6Z"));
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function verdictOf(dir: string): string | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(dir, "verdict.json"), "utf8"));
    const isVerdict = typeof parsed === "object" && parsed !== null && "verdict" in parsed;
    return isVerdict && typeof parsed.verdict === "string" ? parsed.verdict : null;
  } catch {
    return null;
  }
}

/** When anything in the folder was last written, two levels deep: a long run goes on writing logs and samples. */
function lastWrittenMs({ dir, startedMs }: RunOnDisk): number {
  const times = ["", ...namesIn(dir)].flatMap((name) => {
    const path = join(dir, name);
    return [path, ...namesIn(path).map((inner) => join(path, inner))].map(
      (one) => lstatSync(one, { throwIfNoEntry: false })?.mtimeMs ?? 0,
    );
  });
  return Math.max(startedMs, ...times);
}

function namesIn(path: string): readonly string[] {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(path) : [];
}

/** plan.json goes last: a removal that was cut off leaves a run folder, which the next one removes. */
async function removeRun(dir: string): Promise<void> {
  for (const name of readdirSync(dir)) {
    if (name !== "plan.json") await rm(join(dir, name), { recursive: true, force: true });
  }
  await rm(join(dir, "plan.json"), { force: true });
  await rmdir(dir);
}
