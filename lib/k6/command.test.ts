import { describe, expect, test } from "vitest";

import { k6InspectArgv, k6InspectVars, k6RunArgv, k6RunVars } from "./command.ts";
import type { K6RunOptions } from "./command.ts";

const options: K6RunOptions = {
  program: "/k6",
  version: "1.8.1",
  bundle: "/b.js",
  address: "127.0.0.1:1",
  prometheusUrl: "http://127.0.0.1:2",
  histograms: "native",
  gogc: undefined,
  constantMemory: false,
  openTelemetry: null,
  scenarioEnv: { A: "x y", B: "$(z)" },
};
const FIRST = [
  "/k6",
  "run",
  "--quiet",
  "--no-color",
  "--no-usage-report",
  "--log-format=json",
  "--address=127.0.0.1:1",
];
const LAST = ["--include-system-env-vars=true", "/b.js"];

describe("a load", () => {
  test("runs without reports and usage statistics, its values where no other program can read them", () => {
    expect(k6RunArgv(options)).toEqual([...FIRST, "--out=experimental-prometheus-rw", ...LAST]);
  });

  test.each([
    ["1.8.1", "--summary-mode=disabled"],
    ["1.3.0", "--summary-mode=disabled"],
    ["1.2.3", "--no-summary"],
    ["2.2.0", "--summary-mode=disabled"],
    ["unknown", "--summary-mode=disabled"],
  ])("in constant memory keeps neither summary nor thresholds nor warnings with k6 %s", (version, flag) => {
    expect(k6RunArgv({ ...options, version, constantMemory: true })).toEqual([
      ...FIRST,
      "--out=experimental-prometheus-rw",
      flag,
      "--no-thresholds",
      "--log-output=file=/dev/stderr,level=error",
      ...LAST,
    ]);
  });

  test.each([
    ["1.8.1", "--out=opentelemetry"],
    ["1.3.0", "--out=experimental-opentelemetry"],
    ["2.2.0", "--out=opentelemetry"],
  ])("has OpenTelemetry as a second output with k6 %s", (version, flag) => {
    const openTelemetry = { endpoint: "127.0.0.1:4317", protocol: "grpc" } as const;
    expect(k6RunArgv({ ...options, version, openTelemetry })).toEqual([
      ...FIRST,
      "--out=experimental-prometheus-rw",
      flag,
      ...LAST,
    ]);
  });
});

describe("k6's variables", () => {
  const push = {
    GOGC: "200",
    A: "x y",
    B: "$(z)",
    K6_PROMETHEUS_RW_SERVER_URL: "http://127.0.0.1:2/api/v1/write",
    K6_PROMETHEUS_RW_PUSH_INTERVAL: "1s",
    K6_PROMETHEUS_RW_STALE_MARKERS: "false",
    K6_AUTO_EXTENSION_RESOLUTION: "false",
  };
  const setting = { K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true" };
  const feature = { K6_FEATURES: "native-histograms" };

  test.each([
    ["1.8.1", setting],
    ["2.0.0", setting],
    ["2.1.0", feature],
    ["unknown", { ...setting, ...feature }],
  ])("make version %s push every second, with native histograms, and never build itself anew", (version, native) => {
    expect(k6RunVars({ ...options, version })).toEqual({ ...push, ...native });
  });

  test("let the user's own GOGC stand, and the project's before it", () => {
    expect(k6RunVars({ ...options, gogc: "off" })["GOGC"]).toBe("off");
    expect(k6RunVars({ ...options, gogc: "off", scenarioEnv: { GOGC: "50" } })["GOGC"]).toBe("50");
  });

  test("ask for a few gauges of each trend where Prometheus takes no native histograms", () => {
    expect(k6RunVars({ ...options, histograms: "classic" })).toEqual({
      ...push,
      K6_PROMETHEUS_RW_TREND_STATS: "p(1),p(50),p(90),p(95),p(99),min,max,avg,count",
    });
  });

  test.each([
    ["1.8.1", "grpc", "GRPC", { K6_OTEL_EXPORTER_PROTOCOL: "grpc" }],
    ["2.2.0", "http", "HTTP", { K6_OTEL_EXPORTER_PROTOCOL: "http/protobuf" }],
    ["1.3.0", "http", "HTTP", { K6_OTEL_EXPORTER_TYPE: "http" }],
  ] as const)("name the endpoint of OpenTelemetry as k6 %s reads it (%s)", (version, protocol, kind, chosen) => {
    const openTelemetry = { endpoint: "127.0.0.1:4317", protocol };
    expect(k6RunVars({ ...options, version, histograms: "classic", openTelemetry })).toEqual({
      ...k6RunVars({ ...options, histograms: "classic" }),
      K6_OTEL_SERVICE_NAME: "k6",
      K6_OTEL_EXPORT_INTERVAL: "1s",
      OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
      [`K6_OTEL_${kind}_EXPORTER_ENDPOINT`]: "127.0.0.1:4317",
      [`K6_OTEL_${kind}_EXPORTER_INSECURE`]: "true",
      ...chosen,
    });
  });
});

test("inspecting starts no load, and gives the script the variables of the run", () => {
  expect(k6InspectArgv("/k6", "/b.js")).toEqual([
    "/k6",
    "inspect",
    "--execution-requirements",
    "--no-color",
    "--include-system-env-vars=true",
    "/b.js",
  ]);
  expect(k6InspectVars({ A: "x y" })).toEqual({ A: "x y", K6_AUTO_EXTENSION_RESOLUTION: "false" });
});
