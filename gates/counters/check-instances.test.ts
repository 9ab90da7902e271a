import { expect, test } from "vitest";

import { checkInstances } from "./check-instances.ts";

const series = (labels: Readonly<Record<string, string>>, value = 1) => ({ labels, samples: [[0, value] as const] });
const total = (instance: string) => series({ __name__: "requests_total", job: "api", instance, role: "web" });
const up = (instance: string, role = "web", value = 1) => series({ __name__: "up", job: "api", instance, role }, value);

test("an instance that was scraped and has no counters stands against a pass", () => {
  const result = checkInstances("requests_total{}", [total("a")], [up("a"), up("b")]);
  expect(result).toMatchObject({
    reason: {
      code: "no-data",
      message: "api/b was scraped (last at 1970-01-01T00:00:00Z), but requests_total{} has no series of it",
    },
  });
});

test.each([
  ["one that the selector does not mean", 'requests_total{instance="a"}', [up("a"), up("b")]],
  ["one of another role", 'requests_total{role!="worker"}', [up("a"), up("b", "worker")]],
  ["one of another job", "requests_total", [up("a"), { ...up("b"), labels: { job: "store", instance: "b" } }]],
  ["one that could not be scraped, which is told elsewhere", "requests_total", [up("a"), up("b", "web", 0)]],
])("%s does not", (_name, query, scraped) => {
  expect(checkInstances(query, [total("a")], scraped).ok).toBe(true);
});
