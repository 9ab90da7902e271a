import { parseProcessTicks } from "./parse-proc.ts";
import type { ProcessTicks } from "./parse-proc.ts";
import type { ProcFiles } from "./proc-files.ts";

/** Adds up the CPU time of a run's own processes. */
export interface OwnCpu {
  /** Looks at all processes once; answers the ticks that those of the run have used since the first look. */
  look(roots: readonly number[]): number;
}

/**
 * The CPU time of some processes and all their descendants. What a process waited for is in its own numbers, so that those which
 * come and go between two looks count too. One that loses its parent stays the run's.
 */
export function createOwnCpu(proc: ProcFiles): OwnCpu {
  let known: ReadonlySet<string> = new Set();
  let before: number | null = null;
  let used = 0;
  return {
    look: (roots) => {
      const all = proc.pids().flatMap((pid) => parseProcessTicks(pid, proc.read(`${pid}/stat`)) ?? []);
      const own = descendantsOf(all, (one) => roots.includes(one.pid) || known.has(keyOf(one)));
      const ticks = own.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
      // Less than before: somebody ended whom nobody of the run had waited for.
      used += Math.max(0, ticks - (before ?? ticks));
      before = ticks;
      known = new Set(own.map(keyOf));
      return used;
    },
  };
}

function descendantsOf(all: readonly ProcessTicks[], isRoot: (one: ProcessTicks) => boolean): readonly ProcessTicks[] {
  const children = new Map<number, ProcessTicks[]>();
  for (const one of all) {
    const siblings = children.get(one.parent);
    if (siblings === undefined) children.set(one.parent, [one]);
    else siblings.push(one);
  }
  const own = new Set(all.filter(isRoot));
  // A set is walked with what is added on the way.
  for (const { pid } of own) for (const child of children.get(pid) ?? []) own.add(child);
  return [...own];
}

function keyOf({ pid, startTicks }: ProcessTicks): string {
  return `${pid}:${startTicks}`;
}
