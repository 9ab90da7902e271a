import { expect, test } from "vitest";

import { createVirtualClock } from "../../lib/testing/virtual-clock.ts";
import { isAbout, watchPackets } from "./packets.ts";

/** Watches a counter that shows these numbers of packets one after another (all, dropped), and the last ones for ever; null: it is gone. */
async function watch(loss: number, ...counts: readonly (readonly [number, number] | null)[]) {
  const clock = createVirtualClock();
  let looks = 0;
  const seen = await watchPackets(
    { clock },
    {
      loss,
      count: async () => {
        const now = counts[Math.min(looks, counts.length - 1)];
        looks += 1;
        return now === null || now === undefined ? null : { all: now[0], dropped: now[1] };
      },
      letPass: () => clock.sleep(300),
    },
  );
  return { seen, took: clock.elapsedMs() };
}

test("a share is told as soon as enough packets came by since the first look", async () => {
  const { seen, took } = await watch(0.5, [1000, 900], [1039, 920], [1041, 921], [1100, 950]);
  expect([seen, took]).toEqual([{ all: 41, dropped: 21 }, 600]);
});

test("more packets are waited for where the share is off, as it is by chance now and then", async () => {
  const far = await watch(0.5, [0, 0], [40, 33], [80, 50], [120, 60]);
  expect([far.seen, far.took]).toEqual([{ all: 80, dropped: 50 }, 600]);
  const none = await watch(0.1, [0, 0], [41, 0], [60, 3]);
  expect([none.seen, none.took]).toEqual([{ all: 60, dropped: 3 }, 600]);
});

test("what stays off is told when the time is up, and so are too few packets", async () => {
  const none = await watch(0.3, [0, 0], [400, 0]);
  expect([none.seen, none.took]).toEqual([{ all: 400, dropped: 0 }, 6000]);
  expect(isAbout(none.seen ?? { all: 0, dropped: 0 }, 0.3)).toBe(false);
  const few = await watch(0.3, [0, 0], [39, 12]);
  expect([few.seen, few.took]).toEqual([{ all: 39, dropped: 12 }, 6000]);
  expect(isAbout(few.seen ?? { all: 0, dropped: 0 }, 0.3)).toBe(false);
});

test("a counter that is gone, before or meanwhile, tells nothing", async () => {
  expect((await watch(0.3, null)).seen).toBeNull();
  expect((await watch(0.3, [0, 0], [10, 3], null)).seen).toBeNull();
});
