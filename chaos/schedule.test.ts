import { describe, expect, test } from "vitest";

import { fc } from "../lib/testing/properties.ts";
import { parseExperiment } from "./experiment.ts";
import { FAULTS } from "./faults/index.ts";
import { createDraw } from "./schedule.ts";

const HEAD = `apiVersion: proofload.dev/v1
kind: Experiment
metadata: { name: e }
spec:
  title: t
  hypothesis: h
  baseline: 10s
`;
const latency = (name: string, more: string): string =>
  `    - { name: ${name}, kind: latency, target: proxy/store, settings: { latency: 100ms }, ${more} }\n`;
const faultsOf = (lines: string, seed: number | null = null) =>
  parseExperiment(
    { file: "e.yaml", text: `${HEAD}  faults:\n${lines}` },
    { faults: FAULTS, warmupSeconds: 5, seed, anySeed: 7 },
  );
const times = (lines: string, seed?: number) =>
  faultsOf(lines, seed ?? null).faults.map(({ name, group, startSeconds }) => `${name} in ${group} at ${startSeconds}`);

describe("faults", () => {
  test("are played one after another, with the wait before each", () => {
    expect(times(latency("a", "hold: 4s, recovery: 2s") + latency("b", "wait: 30s, hold: 4s, recovery: 2s"))).toEqual([
      "a in a at 15",
      "b in b at 51",
    ]);
  });

  test("that come with another are on at the same time, as long as it is", () => {
    const { faults } = faultsOf(latency("a", "hold: 4s, recovery: 2s") + latency("b", "with: a"));
    expect(faults.map(({ name, group }) => [name, group])).toEqual([
      ["a", "a"],
      ["b", "a"],
    ]);
    expect(faults[1]).toMatchObject({ startSeconds: 15, holdSeconds: 4, recoverySeconds: 2 });
  });

  test("are repeated with those that come with them, each time under another name", () => {
    expect(times(latency("a", "hold: 1s, recovery: 1s, repeat: 2") + latency("b", "with: a"))).toEqual([
      "a-1 in a-1 at 15",
      "b-1 in a-1 at 15",
      "a-2 in a-2 at 17",
      "b-2 in a-2 at 17",
    ]);
  });

  test("come at times that the seed alone decides", () => {
    const lines = latency("a", "wait: { min: 1m, max: 10m }, hold: 1s, recovery: 1s, repeat: 5");
    expect(times(lines, 3)).toEqual(times(lines, 3));
    expect(times(lines, 3)).not.toEqual(times(lines, 4));
    const starts = faultsOf(lines, 3).faults.map(({ startSeconds }) => startSeconds);
    for (const [index, start] of starts.entries()) {
      const gap = start - (starts[index - 1] ?? 15 - 2) - 2;
      expect(gap).toBeGreaterThanOrEqual(60);
      expect(gap).toBeLessThanOrEqual(600);
    }
    expect(faultsOf(lines).seed).toBe(7);
    expect(faultsOf(latency("a", "hold: 1s, recovery: 1s")).seed).toBeNull();
  });

  test.each([
    ["no hold", latency("a", "recovery: 1s"), "spec.faults[0].hold: missing"],
    [
      "a hold of its own beside another",
      latency("a", "hold: 1s, recovery: 1s") + latency("b", "with: a, hold: 1s"),
      "spec.faults[1].hold: it is that of",
    ],
    ["nobody to come with", latency("a", "hold: 1s, recovery: 1s, with: c"), "spec.faults[0].hold: it is that of"],
    [
      "an unknown one to come with",
      latency("a", "with: c"),
      "spec.faults[0].with: expected the name of another fault, found 'c'",
    ],
    [
      "one to come with that comes itself",
      latency("a", "hold: 1s, recovery: 1s") + latency("b", "with: a") + latency("c", "with: b"),
      "'b' comes with 'a' itself",
    ],
    [
      "a wait that is the wrong way round",
      latency("a", "wait: { min: 9s, max: 3s }, hold: 1s, recovery: 1s"),
      "expected min before max",
    ],
    [
      "neither target nor selection",
      "    - { name: a, kind: latency, hold: 1s, recovery: 1s }\n",
      "spec.faults[0].target: expected one of target and select",
    ],
    [
      "a selection of proxies",
      "    - { name: a, kind: latency, select: { name: x }, hold: 1s, recovery: 1s }\n",
      "spec.faults[0].select: it finds containers",
    ],
    [
      "a selection of everything",
      "    - { name: a, kind: latency, select: {}, hold: 1s, recovery: 1s }\n",
      "spec.faults[0].select: expected labels, a name or a service",
    ],
  ])("with %s are refused", (_, lines, message) => {
    expect(() => faultsOf(lines)).toThrow(message);
  });
});

test("draws are shares, and the same for the same seed", () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), (seed) => {
      const [one, other] = [createDraw(seed), createDraw(seed)];
      for (let times = 0; times < 20; times += 1) {
        const drawn = one();
        expect(drawn).toBe(other());
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(1);
      }
    }),
  );
});

test("seeds that are near each other draw far from each other", () => {
  const firsts = Array.from({ length: 100 }, (_, seed) => createDraw(seed)()).toSorted((a, b) => a - b);
  expect(firsts.filter((draw) => draw < 0.5).length).toBeGreaterThan(30);
  expect(firsts.filter((draw) => draw < 0.5).length).toBeLessThan(70);
});
