import { expect, test } from "vitest";

import { k6InspectArgv, k6RunArgv, k6RunVars } from "./command.ts";

const options = {
  program: "/k6",
  bundle: "/b.js",
  address: "127.0.0.1:1",
  prometheusUrl: "http://127.0.0.1:2",
  scenarioEnv: { A: "x y", B: "$(z)" },
};

test("a load runs without reports and usage statistics, its values as arguments and never in a shell", () => {
  expect(k6RunArgv(options)).toEqual([
    "/k6",
    "run",
    "--quiet",
    "--no-color",
    "--no-usage-report",
    "--log-format=json",
    "--address=127.0.0.1:1",
    "--out=experimental-prometheus-rw",
    "-e",
    "A=x y",
    "-e",
    "B=$(z)",
    "/b.js",
  ]);
});

test("k6 pushes every second, with native histograms, and never builds itself anew", () => {
  expect(k6RunVars(options)).toEqual({
    K6_PROMETHEUS_RW_SERVER_URL: "http://127.0.0.1:2/api/v1/write",
    K6_PROMETHEUS_RW_PUSH_INTERVAL: "1s",
    K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true",
    K6_PROMETHEUS_RW_STALE_MARKERS: "false",
    K6_AUTO_EXTENSION_RESOLUTION: "false",
  });
});

test("inspecting starts no load", () => {
  expect(k6InspectArgv("/k6", "/b.js", {})).toEqual([
    "/k6",
    "inspect",
    "--execution-requirements",
    "--no-color",
    "/b.js",
  ]);
});
