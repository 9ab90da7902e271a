import { expect, test } from "vitest";

import { createVirtualClock } from "../../lib/testing/virtual-clock.ts";
import { saySeldom } from "./say-seldom.ts";

test("what takes long says what it is at every ten seconds, and what is short says nothing", async () => {
  const clock = createVirtualClock();
  const said: string[] = [];
  const say = saySeldom(clock, (text) => void said.push(text));
  for (let second = 1; second <= 25; second += 1) {
    await clock.sleep(1000);
    say(`${second} s`);
  }
  expect(said).toEqual(["10 s", "20 s"]);
});
