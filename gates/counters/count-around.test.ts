import { expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import { partsOf } from "./count-around.ts";

const window = { from: 0, to: 100 };

test.each<[string, [number, number][], [number, number][]]>([
  ["nothing", [], [[0, 100]]],
  [
    "the middle",
    [[40, 60]],
    [
      [0, 40],
      [60, 100],
    ],
  ],
  ["the beginning", [[-10, 20]], [[20, 100]]],
  ["the end", [[90, 200]], [[0, 90]]],
  ["all", [[-1, 101]], []],
  [
    "what overlaps, in any order",
    [
      [50, 70],
      [30, 60],
    ],
    [
      [0, 30],
      [70, 100],
    ],
  ],
  ["what is not in it", [[200, 300]], [[0, 100]]],
])("a window without %s", (_, excluded, left) => {
  const parts = partsOf(
    window,
    excluded.map(([from, to]) => ({ from, to })),
  );
  expect(parts.map(({ from, to }) => [from, to])).toEqual(left);
});

test("every moment is either in one part or left out", () => {
  const stretch = fc.tuple(fc.integer({ min: -20, max: 120 }), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 6 }), fc.integer({ min: 0, max: 99 }), (stretches, second) => {
      const excluded = stretches.map(([from, length]) => ({ from, to: from + length }));
      const moment = second + 0.5;
      const isOut = excluded.some(({ from, to }) => moment > from && moment < to);
      const inParts = partsOf(window, excluded).filter(({ from, to }) => moment > from && moment < to).length;
      expect(inParts).toBe(isOut ? 0 : 1);
    }),
  );
});
