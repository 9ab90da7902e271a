import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { joinWindows } from "../../lib/run/phase.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { RunVerdict } from "../../lib/run/verdict.ts";
import { readRunVerdict } from "../../lib/run/verdict-file.ts";
import { readTime } from "./read-time.ts";

export interface ExcludeArguments {
  /** Each `FROM/TO`. */
  readonly exclude?: readonly string[];
  /** Folders of runs. */
  readonly excludeFaults?: readonly string[];
}

/** The stretches that are left out of a window, apart from each other and in order: those that were named, and the faults of runs. `now` is Unix seconds. Throws usage errors (exit code 2). */
export function readExcluded(
  { cwd }: Pick<Env, "cwd">,
  { exclude = [], excludeFaults = [] }: ExcludeArguments,
  now: number,
): readonly Window[] {
  // A fault and its phase, say, are one stretch.
  return joinWindows([
    ...exclude.map((text) => readStretch(text, now)),
    ...excludeFaults.flatMap((dir) => faultWindows(readVerdict(resolve(cwd, dir), dir))),
  ]);
}

function readStretch(text: string, now: number): Window {
  const [from, to, ...more] = text.split("/");
  if (from === undefined || to === undefined || more.length > 0) {
    throw usageError("bad-option", `--exclude: expected FROM/TO, such as -20m/-15m, found '${text}'`);
  }
  const window = { from: readTime("--exclude", from, now).at, to: readTime("--exclude", to, now).at };
  if (window.from < window.to) return window;
  throw usageError("bad-option", `--exclude: '${from}' is not before '${to}'`);
}

/** From each fault's injection until it was seen to be over, and at least its phase. */
function faultWindows({ phases, faults }: RunVerdict): readonly Window[] {
  const injected = faults.flatMap(({ injectedAt, recoveredAt, undoneAt }) =>
    injectedAt === null ? [] : [{ from: injectedAt, to: Math.max(injectedAt, recoveredAt ?? 0, undoneAt ?? 0) }],
  );
  const own = phases.filter(({ phase }) => phase.startsWith("fault/")).map(({ from, to }) => ({ from, to }));
  return [...injected, ...own].filter(({ from, to }) => to > from);
}

function readVerdict(dir: string, named: string): RunVerdict {
  const file = join(dir, "verdict.json");
  if (!existsSync(file)) throw usageError("bad-option", `--exclude-faults: there is no verdict.json in ${named}`);
  const reading = readRunVerdict(readFileSync(file, "utf8"));
  if (reading.ok) return reading.verdict;
  throw usageError("bad-option", `--exclude-faults: ${file} can't be used: ${reading.problems.join("; ")}`);
}
