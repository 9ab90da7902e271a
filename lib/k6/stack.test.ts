import { expect, test } from "vitest";

import { firstPlace } from "./stack.ts";

test("the place of an exception is the author's line, not the kit's or k6's that threw for it", () => {
  const stack = [
    'Error: kpi("asked"): daytime: expected one of day, night',
    "\tat add (file:///p/node_modules/proofload/scenarios/kit/kpi.ts:46:14(92))",
    "\tat recovery (file:///mine/scenarios/journeys/recovery.ts:10:3(20))",
    "\tat file:///p/scenarios/kit/wrap-iteration.ts:30:7(9)",
  ].join("\n");
  expect(firstPlace(stack)).toBe(
    'Error: kpi("asked"): daytime: expected one of day, night (at recovery (file:///mine/scenarios/journeys/recovery.ts:10:3(20)))',
  );
});

test("where all of the stack is the kit's, that is better than nothing", () => {
  expect(firstPlace("Error: x\n\tat f (file:///p/scenarios/kit/env.ts:3:1(2))\n")).toBe(
    "Error: x (at f (file:///p/scenarios/kit/env.ts:3:1(2)))",
  );
  expect(firstPlace("Error: x")).toBe("Error: x");
});
