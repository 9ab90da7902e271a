import { describe, expect, test } from "vitest";

import { projectSchema } from "../../lib/config/project.ts";
import type { Project } from "../../lib/config/project.ts";
import { checkScenarioNames, chooseOverrides, scenarioEnv } from "./scenario-env.ts";

const project = (load: object): Project =>
  projectSchema.parse({
    apiVersion: "proofload.dev/v1",
    kind: "Project",
    metadata: { name: "p" },
    spec: { service: { url: "http://127.0.0.1:1" }, load },
  });
const asked = { scenario: "load", overrides: { rate: null, durationSeconds: null, scale: null }, traceShare: null };

describe("a scenario's overrides", () => {
  test("are the command line's, else the project's", () => {
    const given = project({ scale: 0.5, scenarios: { load: { rate: 80, duration: "2m" } } });
    expect(chooseOverrides(given, asked)).toEqual({ rate: 80, durationSeconds: 120, scale: 0.5 });
    const overrides = { rate: 10, durationSeconds: 30, scale: 2 };
    expect(chooseOverrides(given, { ...asked, overrides })).toEqual(overrides);
    expect(chooseOverrides(given, { ...asked, scenario: "smoke" })).toEqual({
      rate: null,
      durationSeconds: null,
      scale: 0.5,
    });
  });

  test("of a scenario that there is not are a mistake", () => {
    const given = project({ scenarios: { laod: { rate: 80 } } });
    expect(() => checkScenarioNames(given, ["load", "smoke"])).toThrow("there is no scenario 'laod'");
    checkScenarioNames(project({ scenarios: { load: {} } }), ["load"]);
  });
});

describe("a scenario's variables", () => {
  test("are the user's and proofload's, without what was not asked for", () => {
    expect(scenarioEnv(project({ env: { PEOPLE: "7" } }), asked, "run-1")).toEqual({
      PEOPLE: "7",
      PROOFLOAD_SCENARIO: "load",
      PROOFLOAD_RUN_ID: "run-1",
      PROOFLOAD_TARGET_URL: "http://127.0.0.1:1",
      PROOFLOAD_TRACE_SHARE: "0.1",
    });
    expect(scenarioEnv(project({ traceShare: 0, scale: 3 }), { ...asked, traceShare: 1 }, "run-1")).toMatchObject({
      PROOFLOAD_TRACE_SHARE: "1",
      PROOFLOAD_SCALE: "3",
    });
  });

  test.each([
    ["PROOFLOAD_RATE", "is one of proofload's own variables"],
    ["K6_VUS", "is one of k6's own settings"],
    ["OTEL_EXPORTER_OTLP_TIMEOUT", "is one of the settings of k6's OpenTelemetry output"],
  ])("can't be %s", (name, message) => {
    expect(() => scenarioEnv(project({ env: { [name]: "1" } }), asked, "r")).toThrow(`'${name}' ${message}`);
  });
});
