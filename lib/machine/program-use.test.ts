import { describe, expect, test } from "vitest";

import { createProgramUse } from "./program-use.ts";
import type { ProgramLooks } from "./program-use.ts";

interface Seen {
  readonly at: number;
  readonly ticks?: number;
  readonly start?: string;
  readonly status?: string;
}

/** A program that was seen like this at each look; without ticks it was not there. */
function useOf(looks: readonly Seen[]): ProgramLooks {
  let now: Seen = { at: 0 };
  const use = createProgramUse(
    {
      pids: () => [],
      read: (path) => {
        if (path === "5/status") return now.status ?? null;
        const { ticks, start = "77" } = now;
        return ticks === undefined ? null : `5 (k6) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${start} 1 1`;
      },
    },
    5,
  );
  for (const look of looks) {
    now = look;
    use.look(look.at);
  }
  return use;
}

describe("the CPU of one program", () => {
  const use = useOf([
    { at: 100, ticks: 50 },
    { at: 102, ticks: 250 },
    { at: 104, ticks: 250 },
    { at: 106, ticks: 1050 },
  ]);

  test.each([
    [{ from: 100, to: 106 }, 1000 / 100 / 6 / 4],
    [{ from: 102, to: 104 }, 0],
    [{ from: 101, to: 105 }, 500 / 100 / 4 / 4],
    [{ from: 104.5, to: 105.5 }, 1],
    [{ from: 97, to: 109 }, 1000 / 100 / 6 / 4],
  ])("in %j is a share of all cores", (window, share) => {
    expect(use.cpuShare(window, 4)).toBeCloseTo(share);
  });

  test("is unknown in a window of which less than half was seen, or nothing", () => {
    expect(use.cpuShare({ from: 90, to: 103 }, 4)).toBeNull();
    expect(use.cpuShare({ from: 110, to: 120 }, 4)).toBeNull();
    expect(useOf([{ at: 100, ticks: 5 }]).cpuShare({ from: 99, to: 101 }, 4)).toBeNull();
    expect(useOf([]).cpuShare({ from: 99, to: 101 }, 4)).toBeNull();
  });

  test("ends with it, and has nothing of who gets its pid", () => {
    const ended = useOf([
      { at: 100, ticks: 0 },
      { at: 102, ticks: 100 },
      { at: 104 },
      { at: 106, ticks: 9000, start: "99" },
    ]);
    expect(ended.cpuShare({ from: 100, to: 103 }, 1)).toBeCloseTo(0.5);
  });

  test("is kept for hours in few samples", () => {
    const hours = useOf(Array.from({ length: 20_000 }, (_, index) => ({ at: index * 2, ticks: index * 100 })));
    expect(hours.cpuShare({ from: 1000, to: 2000 }, 1)).toBeCloseTo(0.5);
    expect(hours.cpuShare({ from: 0, to: 39_998 }, 1)).toBeCloseTo(0.5);
  });
});

describe("the memory of one program", () => {
  test("is the most that it held, or that it was seen to hold", () => {
    const statuses = [
      "VmHWM:\t    9000 kB\nVmRSS:\t  10 kB\n",
      "VmRSS:\t    9500 kB\n",
      "VmRSS:\t  20 kB\n",
      "nothing",
    ];
    const use = useOf(statuses.map((status, at) => ({ at, ticks: 0, status })));
    expect(use.memoryPeakBytes()).toBe(9500 * 1024);
    expect(useOf([{ at: 0, ticks: 0 }]).memoryPeakBytes()).toBeNull();
  });
});
