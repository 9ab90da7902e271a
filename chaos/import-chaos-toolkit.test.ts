import { describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { parseExperiment } from "./experiment.ts";
import { FAULTS } from "./faults/index.ts";
import { importChaosToolkit } from "./import-chaos-toolkit.ts";

const toxic = (func: string, args: object, more: object = {}): object => ({
  type: "action",
  name: "Slow store",
  provider: { type: "python", module: "chaostoxi.toxic.actions", func, arguments: args },
  ...more,
});
const SLOW = toxic(
  "create_latency_toxic",
  { for_proxy: "store", toxic_name: "t", latency: 300, jitter: 20 },
  { pauses: { after: 8 } },
);
const PROBE = {
  type: "probe",
  name: "It answers",
  tolerance: 200,
  provider: { type: "http", url: "http://127.0.0.1:8080/health", timeout: 2 },
};
const experiment = (more: object = {}): object => ({
  title: "A slow store",
  description: "d",
  "steady-state-hypothesis": { title: "People get an answer", probes: [PROBE] },
  method: [SLOW],
  rollbacks: [toxic("delete_toxic", { for_proxy: "store", toxic_name: "t" })],
  ...more,
});

test("what has the same meaning here is a file that can be read", () => {
  const text = stringify(importChaosToolkit(experiment(), "slow"));
  const read = parseExperiment(
    { file: "slow.yaml", text },
    { faults: FAULTS, warmupSeconds: 0, seed: null, anySeed: 0 },
  );
  expect(read).toMatchObject({
    name: "slow",
    title: "A slow store",
    hypothesis: "People get an answer",
    steadyState: [
      {
        name: "it-answers-1",
        check: { kind: "http", url: "http://127.0.0.1:8080/health", status: [200], withinSeconds: 2 },
      },
    ],
    faults: [
      {
        name: "slow-store-1",
        kind: "latency",
        target: "proxy/store",
        holdSeconds: 8,
        settings: { latency: 0.3, jitter: 0.02 },
      },
    ],
  });
});

test("the other actions that have the same meaning", () => {
  const down = {
    type: "action",
    name: "down",
    provider: {
      type: "python",
      module: "chaostoxi.proxy.actions",
      func: "disable_proxy",
      arguments: { proxy_name: "store" },
    },
  };
  const method = [toxic("create_bandwith_degradation_toxic", { for_proxy: "store", rate: 50 }), down];
  expect(importChaosToolkit(experiment({ method }), "x")).toMatchObject({
    spec: { faults: [{ kind: "bandwidth", settings: { rate: 50 } }, { kind: "proxy-down" }] },
  });
});

describe("nothing is left out in silence:", () => {
  test.each<[string, object, string]>([
    [
      "an action of another kind",
      { method: [SLOW, { type: "action", name: "kill", provider: { type: "process", path: "kill" } }] },
      "method[1] (kill): a process provider",
    ],
    ["a fault in the background", { method: [{ ...SLOW, background: true }] }, "method[0] (Slow store)"],
    ["an argument that is missing", { method: [toxic("create_latency_toxic", { for_proxy: "store" })] }, "method[0]"],
    [
      "a tolerance that is no status",
      { "steady-state-hypothesis": { title: "t", probes: [{ ...PROBE, tolerance: { type: "regex" } }] } },
      "steady-state-hypothesis.probes[0] (It answers)",
    ],
    [
      "a rollback that does something else",
      { rollbacks: [{ type: "action", name: "tell", provider: { type: "http", url: "http://x" } }] },
      "rollbacks[0] (tell)",
    ],
    ["a method that breaks nothing", { method: [] }, "it breaks nothing"],
    ["no experiment at all", { method: 5 }, "no Chaos Toolkit experiment"],
  ])("%s", (_, more, message) => {
    expect(() => importChaosToolkit(experiment(more), "x")).toThrow(message);
  });
});
