import { expect, test } from "vitest";
import { z } from "zod";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { createVirtualClock } from "../lib/testing/virtual-clock.ts";
import type { Target } from "./target.ts";
import { defineToxicFault } from "./toxic-fault.ts";

const STORE: Target = {
  kind: "proxy",
  name: "store",
  apiUrl: "http://127.0.0.1:8474",
  proxyName: "store",
  probeUrl: "http://127.0.0.1:1/",
  directUrl: "http://127.0.0.1:2/",
};

/** Has a toxic's end proven, of which the looks see this one after another, and the last for ever; tells what was found, and when. */
async function proveUndone(toxics: readonly string[], ...looks: readonly boolean[]) {
  const clock = createVirtualClock();
  const proxy = { name: "store", listen: "", upstream: "", enabled: true };
  const own = toxics.map((name) => ({ name, type: "latency", stream: "downstream", toxicity: 1, attributes: {} }));
  const fetch = async (): Promise<Response> => new Response(JSON.stringify({ ...proxy, toxics: own }));
  const env: Env = { ...createNodeEnv(), clock, fetch: fetch };
  let looked = 0;
  const fault = defineToxicFault({
    kind: "latency",
    callerCounts: false,
    settings: z.object({}),
    toxic: () => ({ type: "latency", stream: "downstream", attributes: {} }),
    before: async () => null,
    prove: async () => ({ held: true, measurement: null, message: "slow" }),
    proveOver: async () => {
      const held = looks[Math.min(looked, looks.length - 1)] ?? false;
      looked += 1;
      return { held, measurement: null, message: `look ${looked}` };
    },
  });
  const ready = await fault.ready({ env, runId: "r" }, STORE, "it", {});
  const { held } = await ready.proveUndone(new AbortController().signal);
  return { held, looked, tookMs: clock.elapsedMs() };
}

test("a toxic's end is proven by the first look that sees no more of it, however slow the machine was before", async () => {
  expect(await proveUndone([], true)).toEqual({ held: true, looked: 1, tookMs: 0 });
  expect(await proveUndone([], false, false, true)).toEqual({ held: true, looked: 3, tookMs: 400 });
});

test("it is not proven where its effect stays, and not looked at while the toxic is there", async () => {
  expect(await proveUndone([], false)).toEqual({ held: false, looked: 26, tookMs: 5000 });
  expect(await proveUndone(["proofload-r-it"], true)).toEqual({ held: false, looked: 0, tookMs: 0 });
});
