import { expect, test } from "vitest";

import { readCgroupLimits } from "./cgroup-limits.ts";
import type { CgroupLimits } from "./cgroup-limits.ts";

const limitsOf = (files: Readonly<Record<string, string>>): CgroupLimits =>
  readCgroupLimits((path) => files[path] ?? null);
const NONE = { cores: null, memoryBytes: null };

test("a container's quota and memory are read where cgroups are version 2", () => {
  const files = {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/cpu.max": "150000 100000\n",
    "/sys/fs/cgroup/memory.max": "536870912\n",
  };
  expect(limitsOf(files)).toEqual({ cores: 1.5, memoryBytes: 536_870_912 });
});

test("the tightest of all cgroups above counts", () => {
  const files = {
    "/proc/self/cgroup": "0::/kubepods/pod1/main\n",
    "/sys/fs/cgroup/kubepods/pod1/main/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/kubepods/pod1/cpu.max": "200000 100000\n",
    "/sys/fs/cgroup/kubepods/cpu.max": "800000 100000\n",
    "/sys/fs/cgroup/kubepods/pod1/main/memory.max": "1073741824\n",
    "/sys/fs/cgroup/kubepods/pod1/memory.max": "max\n",
  };
  expect(limitsOf(files)).toEqual({ cores: 2, memoryBytes: 1_073_741_824 });
});

// Docker 20.10 with --cpus 0.5 --memory 256m: the path is the host's, the mounts are the container's.
test("a container's quota and memory are read where cgroups are version 1", () => {
  const files = {
    "/proc/self/cgroup":
      "9:memory:/docker/4f1a\n4:cpu,cpuacct:/docker/4f1a\n1:name=systemd:/docker/4f1a\n0::/system.slice\n",
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000\n",
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "268435456\n",
  };
  expect(limitsOf(files)).toEqual({ cores: 0.5, memoryBytes: 268_435_456 });
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["nothing to read", {}],
  [
    "version 2 without limits",
    {
      "/proc/self/cgroup": "0::/user.slice\n",
      "/sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/user.slice/memory.max": "max\n",
    },
  ],
  [
    "version 1 without a quota",
    {
      "/proc/self/cgroup": "1:cpu:/\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    },
  ],
  [
    "damaged texts",
    { "/proc/self/cgroup": "x\n0::/\n", "/sys/fs/cgroup/cpu.max": "\n", "/sys/fs/cgroup/memory.max": "lots\n" },
  ],
  [
    "a cgroup outside of what is mounted",
    {
      "/proc/self/cgroup": "0::/../other\n",
      "/sys/fs/other/cpu.max": "100000 100000\n",
      "/sys/fs/cgroup/../other/cpu.max": "100000 100000\n",
    },
  ],
])("with %s there is no limit", (_, files) => {
  expect(limitsOf(files)).toEqual(NONE);
});
