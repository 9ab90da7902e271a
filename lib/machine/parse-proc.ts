/** USER_HZ, the clock ticks of /proc on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/** CPU time of all cores since the machine's start, in clock ticks (as in /proc/PID/stat). */
export interface CpuTicks {
  readonly total: number;
  readonly busy: number;
  /** What the hypervisor gave to others. */
  readonly steal: number;
}

/** Reads the first line of /proc/stat; null when it says nothing. See proc(5): guest time is in user time already. */
export function parseCpuTicks(stat: string | null): CpuTicks | null {
  const line = /^cpu +(.+)$/m.exec(stat ?? "")?.[1];
  if (line === undefined) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(" ")
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  const total = busy + idle + iowait + steal;
  return Number.isFinite(total) && total > 0 ? { total, busy, steal } : null;
}

/** One process, and its CPU time in clock ticks with that of the children it has waited for. */
export interface ProcessTicks {
  readonly pid: number;
  readonly parent: number;
  /** The same for one process only, when the pid has been given to another one since. */
  readonly startTicks: string;
  readonly cpuTicks: number;
}

/** Reads /proc/PID/stat, whose second field may hold spaces and parentheses; null when there is no such process. */
export function parseProcessTicks(pid: number, stat: string | null): ProcessTicks | null {
  if (stat === null) return null;
  // proc(5) counts from 1 and the state is field 3: ppid 4, utime 14, stime 15, cutime 16, cstime 17, starttime 22.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTicks = fields[19];
  const cpuTicks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  if (startTicks === undefined || !Number.isFinite(cpuTicks)) return null;
  return { pid, parent: Number(fields[1]), startTicks, cpuTicks };
}

/** The machine's memory in bytes, from /proc/meminfo; null when it is not there. */
export function parseMemoryBytes(meminfo: string | null): number | null {
  const kibibytes = /^MemTotal: +(\d+) kB$/m.exec(meminfo ?? "")?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/** Most memory that a process held, in bytes, from /proc/PID/status; what it holds now where its peak is not told, null when neither is. */
export function parseMemoryPeakBytes(status: string | null): number | null {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? "") ?? /^VmRSS:\s+(\d+) kB$/m.exec(status ?? "") ?? [];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
