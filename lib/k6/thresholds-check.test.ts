import { describe, expect, test } from "vitest";

import type { InspectedScenario } from "./inspect.ts";
import { checkThresholds } from "./thresholds-check.ts";

const KIT = 'import http from "k6/http";\n';
/** Requests that the kit does not know. */
const OWN = 'import { get } from "k6/http";\n';

const SOURCE = `${KIT}
  var params = { tags: { kind: "night" } };
  check(answer, { "is 200": ok });
  group("shop", buy);
  this.tags.late ??= "x";
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
    setupTimeoutSeconds: 60,
    gracefulStopSeconds: 5,
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
function check(key: string, more = ""): void {
  const bundleText = `${more}${SOURCE}\nvar options = { thresholds: { ${JSON.stringify(key)}: ["p(95)<1"] } };`;
  checkThresholds({ inspected: inspected({ [key]: ["p(95)<1"] }), bundleText, sloThresholds: {} });
}

describe("a threshold is taken", () => {
  test.each([
    "http_req_duration",
    "http_req_duration{name:GET /readings}",
    "http_req_duration{name:GET /recovery/{person}}",
    "http_req_duration{ name:GET /readings, expected_response:true }",
    "http_req_failed{kind:of_the_data,late:1}",
    "http_req_failed{team:red,status:999}",
    "readings_sent{name:mine,status:ok,expected_response:1}",
    'http_req_duration{"kind":"night"}',
    "http_req_duration{phase:baseline,method:GET,status:200}",
    "http_req_duration{phase:step/100}",
    "http_req_duration{phase:fault/latency}",
    "http_req_duration{scenario:stress,team:blue,testid:another}",
    "checks{check:is 200,group:::shop}",
    "checks{check:made of parts,group:::by a function}",
  ])("when the scenario may have its tags: %s", (key) => {
    expect(() => check(key)).not.toThrow();
  });

  test("whatever its name, when the scenario makes requests without the kit", () => {
    expect(() => check("http_req_duration{name:http://a.test/}", OWN)).not.toThrow();
  });

  test("on a method of the scenario's own", () => {
    expect(() => check("http_req_failed{method:PURGE}", "request('purge', url);")).not.toThrow();
  });
});

describe("a threshold is refused, with the nearest name,", () => {
  test.each([
    ["http_req_duration{name:GET /reading}", "no request is called 'GET /reading'; did you mean 'GET /readings'?"],
    ["http_req_duration{name:nothing alike}", "known are: GET /readings, GET /recovery/{person}"],
    ["http_req_failed{endpoint:GET /readings}", "nothing sets the tag 'endpoint'"],
    ["http_req_failed{scenaro:stress}", "nothing sets the tag 'scenaro'; did you mean 'scenario'?"],
    ["http_req_failed{scenario:typo}", "the tag 'scenario' is 'stress' here"],
    ["http_req_failed{phase:basline}", "no phase is called 'basline'; did you mean 'baseline'?"],
    ["http_req_failed{phase:step/200}", "no phase is called 'step/200'; did you mean 'step/100'?"],
    ["http_req_failed{expected_response:yes}", "it is never 'yes'"],
    ["http_req_failed{method:get}", "did you mean 'GET'?"],
    ["http_req_failed{status:2xx}", "'2xx' is no HTTP status"],
    ["http_req_failed{constructor:x}", "nothing sets the tag 'constructor'"],
    ["http_req_failed{method:PURGE}", "no method is called 'PURGE'"],
    ["http_req_failed{url:http://a.test/}", "the tag 'url' is one of k6's that proofload turns off"],
    ["http_req_failed{url:http://a.test/}", "give the request a name and use 'name'"],
    [
      "http_req_failed{proto:HTTP/1.1}",
      "turns off, as each of its values would be another series; left on are scenario",
    ],
    ["http_req_failed{vu:1}", "k6 holds no threshold against the tag 'vu'"],
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
