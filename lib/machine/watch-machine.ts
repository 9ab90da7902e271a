import type { Env } from "../env.ts";
import type { MachineEvidence } from "../run/evidence.ts";
import { readCgroupLimits } from "./cgroup-limits.ts";
import { createOwnCpu } from "./own-cpu.ts";
import { parseCpuTicks, parseMemoryBytes } from "./parse-proc.ts";
import type { CpuTicks } from "./parse-proc.ts";
import { createProcFiles } from "./proc-files.ts";
import type { ProcFiles } from "./proc-files.ts";
import { createProgramUse, UNKNOWN_USE } from "./program-use.ts";
import type { ProgramUse } from "./program-use.ts";
import { readText } from "./read-text.ts";

export interface MachineOptions {
  /** Programs that the run started, while there are any; this process is one of the run's anyway. */
  readonly pids: () => readonly number[];
  /** False when parts of the run (containers, a service that somebody else started) can't be told from other programs. */
  readonly known: boolean;
  /** k6, which is looked at by itself. */
  readonly k6Pid: number;
  readonly everyMs?: number;
  /** The real /proc if left out. */
  readonly proc?: ProcFiles;
  /** Bytes that a container may use; read from our own cgroup if left out. */
  readonly memoryLimitBytes?: number | null;
}

export interface MachineWatch {
  /** Ends the watch and says what was seen; never rejects, and says the same when it is called again. */
  stop(): Promise<MachineEvidence>;
  /** What k6 used since the watch began. */
  readonly k6: ProgramUse;
}

/** One look at some 200 processes takes a few milliseconds. */
const EVERY_MS = 2000;

/** Watches the CPU of this machine from now until it is stopped. Where there is no /proc only the number of cores is known. */
export function watchMachine(
  env: Pick<Env, "clock" | "cpuCount" | "pid" | "platform">,
  options: MachineOptions,
): MachineWatch {
  const unknown = { memoryBytes: null, cpuShare: null, stealShare: null, othersCpuShare: null };
  const proc = options.proc ?? (env.platform === "linux" ? createProcFiles() : null);
  if (proc === null) return { stop: () => Promise.resolve({ cores: env.cpuCount, ...unknown }), k6: UNKNOWN_USE };
  const own = createOwnCpu(proc);
  const k6 = createProgramUse(proc, options.k6Pid);
  let ownTicks = 0;
  const look = (): CpuTicks | null => {
    ownTicks = own.look([env.pid, ...options.pids()]);
    k6.look(env.clock.now() / 1000);
    return parseCpuTicks(proc.read("stat"));
  };
  const first = look();
  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await env.clock.sleep(options.everyMs ?? EVERY_MS, stopping.signal).catch(() => undefined);
      if (!stopping.signal.aborted) look();
    }
  })();
  const conclude = async (): Promise<MachineEvidence> => {
    stopping.abort(new Error("stopped"));
    await watching;
    const last = look();
    const { memoryLimitBytes: limit = readCgroupLimits(readText).memoryBytes } = options;
    const all = parseMemoryBytes(proc.read("meminfo"));
    const memoryBytes = all === null || limit === null ? all : Math.min(all, limit);
    const seen = { cores: env.cpuCount, ...unknown, memoryBytes };
    const total = first === null || last === null ? 0 : last.total - first.total;
    if (first === null || last === null || total <= 0) return seen;
    const share = (ticks: number): number => Math.min(1, Math.max(0, ticks / total));
    const busy = last.busy - first.busy;
    return {
      ...seen,
      cpuShare: share(busy),
      stealShare: share(last.steal - first.steal),
      othersCpuShare: options.known ? share(busy - ownTicks) : null,
    };
  };
  let conclusion: Promise<MachineEvidence> | null = null;
  return { stop: () => (conclusion ??= conclude()), k6 };
}
