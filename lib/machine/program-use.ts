import type { Window } from "../run/phase.ts";
import { parseMemoryPeakBytes, parseProcessTicks, TICKS_PER_SECOND } from "./parse-proc.ts";
import type { ProcFiles } from "./proc-files.ts";

/** What one program used of the machine; a null was not observed. */
export interface ProgramUse {
  /** Share of `cores` cores in a window of Unix seconds. */
  cpuShare(window: Window, cores: number): number | null;
  /** Most memory that it held, in bytes. */
  memoryPeakBytes(): number | null;
}

/** The same, while it is watched. */
export interface ProgramLooks extends ProgramUse {
  look(atSeconds: number): void;
}

/** Nothing is known of it. */
export const UNKNOWN_USE: ProgramUse = { cpuShare: () => null, memoryPeakBytes: () => null };

/** So many looks are kept; then every other one goes. */
const MOST_SAMPLES = 5000;
/** What is not seen of a window may be another load than what is. */
const LEAST_SEEN = 0.5;

type Sample = readonly [atSeconds: number, cpuTicks: number];

/** Keeps what each look at a program's /proc/PID shows, until another one gets its pid. */
export function createProgramUse(proc: ProcFiles, pid: number): ProgramLooks {
  let samples: readonly Sample[] = [];
  let startTicks: string | null = null;
  let peak: number | null = null;
  return {
    look: (atSeconds) => {
      const seen = parseProcessTicks(pid, proc.read(`${pid}/stat`));
      if (seen === null || (startTicks ?? seen.startTicks) !== seen.startTicks) return;
      startTicks = seen.startTicks;
      samples = thin([...samples, [atSeconds, seen.cpuTicks]]);
      const held = parseMemoryPeakBytes(proc.read(`${pid}/status`));
      if (held !== null) peak = Math.max(peak ?? 0, held);
    },
    cpuShare: (window, cores) => shareOf(samples, window, cores),
    memoryPeakBytes: () => peak,
  };
}

function thin(samples: readonly Sample[]): readonly Sample[] {
  return samples.length > MOST_SAMPLES ? samples.filter((_, index) => index % 2 === 0) : samples;
}

function shareOf(samples: readonly Sample[], window: Window, cores: number): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = Math.max(window.from, first[0]);
  const to = Math.min(window.to, last[0]);
  if (!(to > from) || to - from < LEAST_SEEN * (window.to - window.from)) return null;
  const ticks = ticksAt(samples, to) - ticksAt(samples, from);
  return Math.max(0, ticks) / TICKS_PER_SECOND / (to - from) / cores;
}

/** Between two looks it is taken to have used the CPU evenly. */
function ticksAt(samples: readonly Sample[], at: number): number {
  const after = samples.find(([time]) => time >= at);
  const before = samples.findLast(([time]) => time <= at) ?? after;
  if (before === undefined) return 0;
  if (after === undefined || after[0] <= before[0]) return before[1];
  return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]);
}
