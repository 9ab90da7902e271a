import { describe, expect, test } from "vitest";

import type { MachineEvidence } from "../run/evidence.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { ProcFiles } from "./proc-files.ts";
import { watchMachine } from "./watch-machine.ts";

type Look = Readonly<Record<string, string>>;

/** /proc as it is at one look after another; the last one stays. */
function procOf(looks: readonly Look[]): ProcFiles {
  let at = -1;
  return {
    pids: () => {
      at = Math.min(at + 1, looks.length - 1);
      return Object.keys(looks[at] ?? {}).flatMap((path) =>
        path.endsWith("/stat") ? [Number.parseInt(path, 10)] : [],
      );
    },
    read: (path) => looks[at]?.[path] ?? null,
  };
}

const machine = (user: number, idle: number, steal = 0): string =>
  `cpu  ${user} 0 0 ${idle} 0 0 0 ${steal} 0 0\ncpu0 1 1\n`;
const stat = (pid: number, parent: number, own: number, children = 0, start = "100"): string =>
  `${pid} (a (b) c) S ${parent} 1 1 0 -1 4194560 1 0 0 0 ${own} 0 ${children} 0 20 0 1 0 ${start} 1 1`;

function watchOf(
  looks: readonly Look[],
  options: { readonly known?: boolean; readonly pids?: readonly number[]; readonly memoryLimitBytes?: number } = {},
) {
  const env = { clock: createVirtualClock(), cpuCount: 2, pid: 7, platform: "linux" } as const;
  const { known = true, pids = [], memoryLimitBytes = null } = options;
  return watchMachine(env, { pids: () => pids, known, k6Pid: 8, proc: procOf(looks), memoryLimitBytes });
}

const seenIn = (...args: Parameters<typeof watchOf>): Promise<MachineEvidence> => watchOf(...args).stop();

describe("what others use", () => {
  test("is what the machine uses without the run, its children and its children's children", async () => {
    const watch = watchOf([
      { stat: machine(1000, 1000), "7/stat": stat(7, 1, 10), "8/stat": stat(8, 7, 20), "9/stat": stat(9, 1, 500) },
      {
        stat: machine(1400, 1560, 40),
        meminfo: "MemTotal:       1024 kB\nMemFree: 1 kB\n",
        "7/stat": stat(7, 1, 60, 30),
        "8/stat": stat(8, 7, 120),
        "9/stat": stat(9, 1, 720),
        "11/stat": stat(11, 8, 20),
      },
    ]);
    const seen = await watch.stop();
    // 400 of 1,000 ticks were in use: 50 + 30 + 100 + 20 of them by the run.
    expect(seen).toEqual({ cores: 2, memoryBytes: 1024 * 1024, cpuShare: 0.4, stealShare: 0.04, othersCpuShare: 0.2 });
    expect(await watch.stop()).toBe(seen);
  });

  test("has nothing of a child that was seen running, and then only waited for", async () => {
    const seen = await seenIn([
      { stat: machine(0, 1000), "7/stat": stat(7, 1, 0), "8/stat": stat(8, 7, 30) },
      // It has ended after 50 ticks in all.
      { stat: machine(20, 1080), "7/stat": stat(7, 1, 0, 50) },
    ]);
    expect(seen).toMatchObject({ cpuShare: 0.2, othersCpuShare: 0 });
  });

  test("has nothing of a program of the run that init has taken over", async () => {
    const watch = watchOf([
      { stat: machine(0, 1000), "7/stat": stat(7, 1, 0), "8/stat": stat(8, 7, 0), "9/stat": stat(9, 8, 0) },
      { stat: machine(0, 1000), "7/stat": stat(7, 1, 0), "9/stat": stat(9, 1, 0) },
      { stat: machine(50, 1050), "7/stat": stat(7, 1, 0), "9/stat": stat(9, 1, 50) },
    ]);
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    expect(await watch.stop()).toMatchObject({ cpuShare: 0.5, othersCpuShare: 0 });
  });

  test("has all of a stranger that got the pid of a child", async () => {
    const seen = await seenIn([
      { stat: machine(0, 1000), "7/stat": stat(7, 1, 0), "8/stat": stat(8, 7, 5, 0, "100") },
      { stat: machine(50, 1050), "7/stat": stat(7, 1, 0, 5), "8/stat": stat(8, 1, 50, 0, "900") },
    ]);
    expect(seen.othersCpuShare).toBe(0.5);
  });

  test("has nothing of a program that the run started apart from itself", async () => {
    const looks = [
      { stat: machine(0, 1000), "7/stat": stat(7, 1, 0), "20/stat": stat(20, 1, 10) },
      { stat: machine(50, 1050), "7/stat": stat(7, 1, 0), "20/stat": stat(20, 1, 60) },
    ];
    expect((await seenIn(looks, { pids: [20] })).othersCpuShare).toBe(0);
    expect((await seenIn(looks)).othersCpuShare).toBe(0.5);
  });

  test("is unknown where parts of the run can't be told from others", async () => {
    const seen = await seenIn([{ stat: machine(0, 10) }, { stat: machine(10, 20) }], { known: false });
    expect(seen).toMatchObject({ cpuShare: 0.5, othersCpuShare: null });
  });
});

test("a container has no more memory than it may use", async () => {
  const look = { stat: machine(1000, 1000), meminfo: "MemTotal:       1024 kB\n" };
  expect(await seenIn([look, look], { memoryLimitBytes: 4096 })).toMatchObject({ memoryBytes: 4096 });
  expect(await seenIn([look, look], { memoryLimitBytes: 2 ** 63 })).toMatchObject({ memoryBytes: 1024 * 1024 });
});

test("k6 is told by itself, from the first look on", async () => {
  const clock = createVirtualClock(1_000_000);
  const looks = [0, 100, 300].map((ticks) => ({
    stat: machine(ticks, 1000),
    "8/stat": stat(8, 7, ticks),
    "8/status": "VmHWM:\t 4 kB\n",
  }));
  const env = { clock, cpuCount: 2, pid: 7, platform: "linux" } as const;
  const watch = watchMachine(env, {
    pids: () => [],
    known: true,
    k6Pid: 8,
    proc: procOf(looks),
    memoryLimitBytes: null,
  });
  await clock.sleep(4500);
  await watch.stop();
  // Looks at 0, 2, 4 and 4.5 s: 3 CPU seconds in what was seen of 5.
  expect(watch.k6.cpuShare({ from: 1000, to: 1005 }, 2)).toBeCloseTo(300 / 100 / 4.5 / 2);
  expect(watch.k6.cpuShare({ from: 1002, to: 1004 }, 2)).toBeCloseTo(0.5);
  expect(watch.k6.memoryPeakBytes()).toBe(4096);
});

test.each([
  ["no /proc", {}],
  ["a /proc that tells nothing", { stat: "cpu  0 0 0 0 0 0 0 0 0 0\n", meminfo: "MemFree: 1 kB\n", "7/stat": "7 (x" }],
  ["damaged numbers", { stat: "cpu  1 2 x 4 5 6 7 8 0 0\n", "7/stat": stat(7, 1, Number.NaN) }],
])("with %s only the cores are known", async (_, look) => {
  expect(await seenIn([look, look])).toEqual({
    cores: 2,
    memoryBytes: null,
    cpuShare: null,
    stealShare: null,
    othersCpuShare: null,
  });
});
