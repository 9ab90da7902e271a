import { describe, expect, test } from "vitest";

import type { InspectedScenario } from "./inspect.ts";
import { checkThresholds } from "./thresholds-check.ts";

const SOURCE = `
  var params = { tags: { kind: "night" } };
  check(answer, { "is 200": ok });
  group("shop", buy);
  http.get(url, { tags: { name: "GET /own" } });
  function endpoint(text) { return text; }
  endpoint("GET /readings");
`;

const inspected = (thresholds: Record<string, string[]>): InspectedScenario => ({
  load: {
    scenario: "stress",
    file: "scenarios/stress.ts",
    executor: "constant-vus",
    unit: "VUs",
    stages: [],
    durationSeconds: 10,
    preAllocatedVUs: 1,
    maxVUs: 1,
    warmupSeconds: 0,
    phases: [{ phase: "step/100", startSeconds: 0 }],
    constantMemory: false,
    overrides: { rate: null, durationSeconds: null, scale: null },
  },
  thresholds,
  declared: { requests: ["GET /readings", "GET /recovery/{person}"], metrics: [] },
  systemTags: ["scenario", "name", "method", "status", "expected_response", "error_code", "check", "group"],
  tags: { testid: "run-1", team: "blue", scenario: "stress" },
});

/** Checks one threshold, which stands in the scenario's own source. */
function check(key: string): void {
  const bundleText = `${SOURCE}\nvar options = { thresholds: { ${JSON.stringify(key)}: ["p(95)<1"] } };`;
  checkThresholds({ inspected: inspected({ [key]: ["p(95)<1"] }), bundleText, sloThresholds: {} });
}

describe("a threshold is taken", () => {
  test.each([
    "http_req_duration",
    "http_req_duration{name:GET /readings}",
    "http_req_duration{name:GET /recovery/{person}}",
    "http_req_duration{name:GET /own}",
    "http_req_duration{ name:GET /own, expected_response:true }",
    'http_req_duration{"kind":"night"}',
    "http_req_duration{phase:baseline,method:GET,status:200}",
    "http_req_duration{phase:step/100}",
    "http_req_duration{phase:fault/latency}",
    "http_req_duration{scenario:stress,team:blue,testid:another}",
    "checks{check:is 200,group:::shop}",
  ])("when the scenario can produce its tags: %s", (key) => {
    expect(() => check(key)).not.toThrow();
  });
});

describe("a threshold is refused, with the nearest name,", () => {
  test.each([
    ["http_req_duration{name:GET /reading}", "no request is called 'GET /reading'; did you mean 'GET /readings'?"],
    ["http_req_duration{name:nothing alike}", "known are: GET /readings, GET /recovery/{person}"],
    ["http_req_failed{endpoint:GET /readings}", "nothing sets the tag 'endpoint'"],
    ["http_req_failed{scenaro:stress}", "nothing sets the tag 'scenaro'; did you mean 'scenario'?"],
    ["http_req_failed{scenario:typo}", "the tag 'scenario' is 'stress' here"],
    ["http_req_failed{team:red}", "the tag 'team' is 'blue' here"],
    ["http_req_failed{kind:day}", "nothing sets the tag 'kind' to 'day'"],
    ["http_req_failed{phase:basline}", "no phase is called 'basline'; did you mean 'baseline'?"],
    ["http_req_failed{phase:step/200}", "no phase is called 'step/200'; did you mean 'step/100'?"],
    ["http_req_failed{expected_response:yes}", "it is never 'yes'"],
    ["http_req_failed{method:get}", "did you mean 'GET'?"],
    ["http_req_failed{status:2xx}", "'2xx' is no HTTP status"],
    ["http_req_failed{url:http://a.test/}", "k6 does not set the tag 'url' here; it sets scenario, name"],
    ["http_req_failed{vu:1}", "k6 holds no threshold against the tag 'vu'"],
    ["checks{check:is 201}", "no check is called 'is 201'"],
    ["checks{group:::shopp}", "no group is called 'shopp'"],
  ])("when the scenario can't: %s", (key, message) => {
    expect(() => check(key)).toThrow(`scenarios/stress.ts: threshold '${key}': `);
    expect(() => check(key)).toThrow(message);
  });

  test("and all of them at once, those made from SLOs marked", () => {
    const sloThresholds = { "http_req_failed{name:GET /nowhere}": ["rate<=0.001"] };
    const options = {
      inspected: inspected({ ...sloThresholds, "checks{kidn:x}": ["rate>0.9"] }),
      bundleText: SOURCE,
      sloThresholds,
    };
    expect(() => checkThresholds(options)).toThrow(
      /'http_req_failed\{name:GET \/nowhere\}' \(made from an SLO\): no request[^]*'checks\{kidn:x\}': nothing sets/,
    );
  });
});
