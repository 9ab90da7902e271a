/** What a container may use of its machine; a null is no limit. */
export interface CgroupLimits {
  /** May be a fraction. */
  readonly cores: number | null;
  readonly memoryBytes: number | null;
}

/** Answers the text of a file by its absolute path; null when it can't be read. */
export type ReadText = (path: string) => string | null;

const ROOT = "/sys/fs/cgroup";
const MOUNTS = {
  unified: [ROOT, `${ROOT}/unified`],
  cpu: [`${ROOT}/cpu`, `${ROOT}/cpu,cpuacct`],
  memory: [`${ROOT}/memory`],
} as const;

/**
 * The CPU quota and the memory limit of our own cgroup and of all those above it, version 1 and 2: what a machine has is no
 * measure for a container that may use a part of it. See cgroups(7).
 */
export function readCgroupLimits(read: ReadText): CgroupLimits {
  const own = parseOwnCgroups(read("/proc/self/cgroup"));
  const files = (mounts: readonly string[], path: string | null): readonly string[] =>
    path === null ? [] : mounts.flatMap((mount) => withParents(path).map((dir) => `${mount}${dir}`));
  const unified = files(MOUNTS.unified, own.unified);
  const cpu = files(MOUNTS.cpu, own.cpu);
  const memory = files(MOUNTS.memory, own.memory);
  return {
    cores: least([
      ...unified.map((dir) => parseQuota(read(`${dir}/cpu.max`))),
      ...cpu.map((dir) => parseQuota(`${read(`${dir}/cpu.cfs_quota_us`)} ${read(`${dir}/cpu.cfs_period_us`)}`)),
    ]),
    memoryBytes: least([
      ...unified.map((dir) => parseBytes(read(`${dir}/memory.max`))),
      ...memory.map((dir) => parseBytes(read(`${dir}/memory.limit_in_bytes`))),
    ]),
  };
}

interface OwnCgroups {
  readonly unified: string | null;
  readonly cpu: string | null;
  readonly memory: string | null;
}

/** Reads /proc/self/cgroup: lines of HIERARCHY:CONTROLLERS:PATH, without controllers in version 2. */
function parseOwnCgroups(text: string | null): OwnCgroups {
  const lines = (text ?? "").split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers: controllers.split(","), path }];
  });
  const pathOf = (controller: string): string | null =>
    lines.find(({ controllers }) => controllers.includes(controller))?.path ?? null;
  return { unified: pathOf(""), cpu: pathOf("cpu"), memory: pathOf("memory") };
}

/**
 * `/a/b` → `/a/b`, `/a` and the mount itself, which is a container's own cgroup where its path is told as its machine sees it.
 * A path that begins outside the mount (`/../x`) can't be followed.
 */
function withParents(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.includes("..")) return [""];
  return [...parts.keys()].map((index) => `/${parts.slice(0, index + 1).join("/")}`).concat("");
}

/** `QUOTA PERIOD` in microseconds, as cores; null without a quota (`max`, -1). */
function parseQuota(text: string | null): number | null {
  const [quota, period] = (text ?? "").trim().split(/\s+/).map(Number);
  if (quota === undefined || period === undefined) return null;
  return quota > 0 && period > 0 ? quota / period : null;
}

function parseBytes(text: string | null): number | null {
  return /^\d+\s*$/.test(text ?? "") ? Number(text) : null;
}

function least(limits: readonly (number | null)[]): number | null {
  const known = limits.filter((limit) => limit !== null);
  return known.length === 0 ? null : Math.min(...known);
}
