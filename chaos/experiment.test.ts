import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { parseExperiment } from "./experiment.ts";
import { FAULTS } from "./faults/index.ts";

const file = "chaos/experiments/store-slow-then-dead.yaml";
const shipped = readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const parse = (text: string): ReturnType<typeof parseExperiment> =>
  parseExperiment({ file, text }, { faults: FAULTS, warmupSeconds: 5, seed: null, anySeed: 7 });
const lineOf = (text: string, part: string): number =>
  text.split("\n").findLastIndex((line) => line.includes(part)) + 1;

describe("an experiment", () => {
  test("counts the times of its faults from the load's start", () => {
    expect(parse(shipped).faults).toMatchObject([
      {
        name: "latency",
        nature: "held",
        callerCounts: false,
        startSeconds: 17,
        holdSeconds: 10,
        settings: { latency: 0.6 },
      },
      { name: "process-kill", nature: "instant", callerCounts: true, startSeconds: 31, holdSeconds: 4 },
    ]);
  });

  test("gives a fault's settings their defaults", () => {
    const text = shipped.replace("        jitter: 50ms\n", "");
    expect(parse(text).faults[0]?.settings).toEqual({ latency: 0.6, jitter: 0, direction: "downstream" });
  });

  test.each([
    ["an unknown fault", "kind: latency", "kind: latnecy", "did you mean 'latency'?"],
    ["a target of another kind", "target: proxy/store", "target: process/api", "expected proxy/NAME"],
    ["an unknown key", "hypothesis:", "hypothesys:", "did you mean 'hypothesis'?"],
    ["a setting of another fault", "jitter: 50ms", "jiter: 50ms", "jiter"],
    ["a duration without a unit", "hold: 10s", "hold: 10", "spec.faults[0].hold"],
    ["a duration that is none", "latency: 600ms", "latency: fast", "expected a duration such as 500ms"],
    ["a name that is taken", "name: process-kill", "name: latency", "'latency' is taken"],
    ["a latency that could not be told from noise", "latency: 600ms", "latency: 59ms", "at least 10ms more than"],
  ])("with %s is refused with its line", (_, right, wrong, said) => {
    expect(shipped).toContain(right);
    const text = shipped.replace(right, wrong);
    expect(() => parse(text)).toThrow(said);
    expect(() => parse(text)).toThrow(`${file}:${lineOf(text, wrong)}: `);
  });

  test("whose repeats would be called as another fault is refused: both would be proven by either", () => {
    const text = shipped
      .replace("kind: latency", "kind: latency\n      repeat: 2")
      .replace("name: process-kill", "name: latency-2");
    expect(() => parse(text)).toThrow(
      `${file}:${lineOf(text, "name: latency-2")}: spec.faults[1].name: expected a name`,
    );
  });

  const together = (kinds: readonly string[], last: string): string => `apiVersion: proofload.dev/v1
kind: Experiment
metadata: { name: store-slow-then-dead }
spec:
  title: Both
  hypothesis: It keeps answering
  baseline: 5s
  faults:
    - { name: first, kind: ${kinds[0]}, target: proxy/store, hold: 4s, recovery: 2s${settingsOf(kinds[0])} }
    - { name: second, kind: ${kinds[1]}, target: ${last} }
`;
  const settingsOf = (kind = ""): string => (kind === "latency" ? ", settings: { latency: 300ms }" : "");

  test.each([
    [["latency", "reset-peer"], "reset-peer and latency are on proxy/store at the same time, and reset-peer lets"],
    [["timeout", "latency"], "latency and timeout are on proxy/store at the same time, and timeout lets"],
  ])("with %j on one proxy at the same time is refused: only one of them could be proven", (kinds, message) => {
    const text = together(kinds, `proxy/store, with: first${settingsOf(kinds[1])}`);
    expect(() => parse(text)).toThrow(`${file}:${lineOf(text, "second")}: spec.faults[1].with: ${message}`);
    const hold = `hold: 4s, recovery: 2s${settingsOf(kinds[1])}`;
    expect(parse(together(kinds, `proxy/store, ${hold}`)).faults).toHaveLength(2);
    expect(parse(together(kinds, `proxy/other, with: first${settingsOf(kinds[1])}`)).faults).toHaveLength(2);
  });

  test("with several mistakes tells all of them", () => {
    const text = shipped
      .replace("kind: latency", "kind: nothing")
      .replace("recoversWithin: 10s", "recoversWithin: soon");
    expect(() => parse(text)).toThrow(/nothing[\s\S]*recoversWithin/);
  });
});
