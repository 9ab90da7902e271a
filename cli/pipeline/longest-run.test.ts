import { describe, expect, test } from "vitest";

import { projectSchema } from "../../lib/config/project.ts";
import { longestRunSeconds } from "./longest-run.ts";

const LOAD = { durationSeconds: 0, setupTimeoutSeconds: 0 };

function longest(spec: object, load = LOAD): number {
  const head = { apiVersion: "proofload.dev/v1", kind: "Project", metadata: { name: "shop" } };
  const url = "http://127.0.0.1:80";
  const { service = {}, ...rest } = spec as { readonly service?: object };
  return longestRunSeconds(
    projectSchema.parse({ ...head, spec: { service: { url, ...service }, ...rest } }).spec,
    load,
  );
}
const withProcess = (process: object): object => ({ service: { processes: { app: process } } });
const none = longest({});

describe("the longest that a run may take", () => {
  test("is what every run waits for at the most, and more", () => {
    // Prometheus, its first scrapes, k6's start and its overtime, and the samples' way.
    expect(none).toBeGreaterThan(30 + 6 + 60 + 30 + 5);
  });

  test("grows with the load and with the time that setup() has", () => {
    expect(longest({}, { durationSeconds: 7200, setupTimeoutSeconds: 300 })).toBe(none + 7500);
  });

  test.each<[string, object, number]>([
    ["a program that may take 10 minutes to be ready", { command: ["x"], readyWithin: "10m" }, 600 - 30],
    ["one of somebody else's", { readyWithin: "10m" }, 600 - 30],
    [
      "a start command, which may take as long as what it starts",
      { start: ["x"], stop: ["y"], readyWithin: "10m" },
      1200 - 30 + 60,
    ],
    [
      "a container, which an engine makes and removes",
      { container: { image: "i" }, readyWithin: "10m" },
      600 - 30 + 60 + 65,
    ],
  ])("has room for %s", (_, process, seconds) => {
    expect(longest(withProcess(process))).toBe(none + seconds);
  });

  test("has room for each stop command, but for the slowest start only", () => {
    const app = { start: ["x"], stop: ["y"], readyWithin: "1m" };
    expect(longest({ service: { processes: { a: app, b: app, c: app } } })).toBe(none + 120 - 30 + 3 * 60);
  });

  test("has room for a Prometheus that scrapes seldom", () => {
    const given = { url: "http://127.0.0.1:9090", scrapeInterval: "1m" };
    expect(longest({ prometheus: given })).toBe(none + (3 * 60 - 6) + (2 * 60 - 5));
  });
});
