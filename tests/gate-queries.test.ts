import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { target } from "./nasty/series.ts";
import { labelOf, startWorld } from "./nasty/world.ts";
import type { World } from "./nasty/world.ts";
import { sloText, verdictOf } from "./support/gate.ts";

/** What `proofload gate` asks a Prometheus, counted by a proxy before a real one. */
let world: World;
beforeAll(async () => {
  world = await startWorld([{ series: [target()] }]);
});
afterAll(() => world?.stop());
afterEach(() => world.tidy());

const TOTAL = 'http_requests_total{job="api"}';
/** More selectors than may be asked at once. */
const PARTS = Array.from({ length: 20 }, (_, index) => `http_requests_total{job="api",status=~"5..|x${index}"}`);
const AT_ONCE = 6;

describe("the questions of a gate", () => {
  test("are asked once each, however many objectives share a selector, and a few at a time", async () => {
    const asked: string[] = [];
    let [open, most] = [0, 0];
    const url = await world.proxy(
      async (_request, response, forward) => {
        open += 1;
        most = Math.max(most, open);
        response.on("finish", () => (open -= 1));
        // So long that all that may be asked are.
        await new Promise((resolve) => setTimeout(resolve, 50));
        await forward();
      },
      (body) => {
        if (body.includes("ms]")) asked.push(body.replace(/^query=/, "").replace(/\[\d+ms\].*$/s, ""));
        return body.includes("query=");
      },
    );
    // Each part by two objectives, and one total by all of them.
    const files = [...PARTS, ...PARTS].map((part, index) => [
      `s${index}.yaml`,
      sloText({ name: `s${index}`, part, total: TOTAL }),
    ]);
    const dir = world.project(Object.fromEntries(files) as Record<`${string}.yaml`, string>);
    const answer = await world.ask({ url, dir, label: labelOf(0), more: ["--slo", ".", "--json"] });
    const { verdict, objectives } = verdictOf(answer);
    expect([verdict, objectives.length]).toEqual(["pass", 2 * PARTS.length]);
    expect(asked).toHaveLength(PARTS.length + 3);
    expect(new Set(asked).size).toBe(asked.length);
    for (const of of ["up{", "process_start_time_seconds{"]) {
      expect(asked.filter((query) => query.startsWith(of))).toHaveLength(1);
    }
    expect(most).toBe(AT_ONCE);
  });
});
