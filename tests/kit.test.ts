import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { prometheusArgv, prometheusConfig } from "../lib/prometheus/config.ts";
import { ensureTools } from "../lib/tools/index.ts";
import { planArrivals } from "../scenarios/kit/arrivals.ts";
import { ROOT } from "./support/cli.ts";
import { createKitBench } from "./support/kit.ts";
import type { InspectedOptions, InspectedScenario, KitBench } from "./support/kit.ts";
import { startServer } from "./support/project.ts";
import type { TestServer } from "./support/project.ts";

const env = createNodeEnv();
let k6: KitBench;
let service: TestServer;
interface Seen {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly traceparent: string | undefined;
  readonly baggage: string | undefined;
}
/** What the service saw. */
let seen: Seen[] = [];
/** Bodies that were sent to /bytes, in hex. */
let bodies: string[] = [];

beforeAll(async () => {
  k6 = await createKitBench();
  service = await startServer((request, response) => {
    const { traceparent, baggage } = request.headers;
    const contentType = request.headers["content-type"];
    seen.push({
      method: request.method,
      contentType,
      traceparent: traceparent?.toString(),
      baggage: baggage?.toString(),
    });
    if (request.url === "/bytes") request.on("data", (chunk: Buffer) => void bodies.push(chunk.toString("hex")));
    request.resume();
    if (request.url?.startsWith("/moved/")) return void response.writeHead(302, { location: "/here" }).end();
    response.writeHead(request.url === "/broken" ? 500 : 200).end("ok");
  });
});
beforeEach(() => {
  seen = [];
  bodies = [];
});
afterAll(async () => {
  k6.remove();
  await service.stop();
});

const iterations = (count: number, vus = 5): string =>
  `export const options = { scenarios: { s: { executor: "shared-iterations", vus: ${vus}, iterations: ${count}, maxDuration: "200s" } } };\n`;
const url = (): Readonly<Record<string, string>> => ({ PROOFLOAD_TARGET_URL: service.url });
const GET = `import { endpoint } from "proofload/kit";\nconst root = endpoint("GET /");\nexport default () => { root.get("/"); };\n`;

describe("trace context", () => {
  test("is on a tenth of the requests, with the run in the baggage", async () => {
    const source = `import { endpoint } from "proofload/kit"; const get = endpoint("GET /"), post = endpoint("POST /");
      export default () => { get.get("/"); post.post("/", { a: 1 }); };\n`;
    await k6.run(source + iterations(1000), url());
    const traced = seen.filter(({ traceparent }) => traceparent !== undefined);
    for (const [method, contentType] of [
      ["GET", undefined],
      ["POST", "application/json"],
    ]) {
      expect(seen.filter((one) => one.method === method && one.contentType === contentType)).toHaveLength(1000);
      // Five standard deviations of 1000 draws.
      expect(Math.abs(traced.filter((one) => one.method === method).length - 100)).toBeLessThan(48);
    }
    const ids = traced.map(({ traceparent }) => /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(traceparent ?? ""));
    expect(ids).not.toContain(null);
    expect(new Set(ids.map((match) => match?.[1])).size).toBe(traced.length);
    expect(ids.flatMap((match) => match?.slice(1)).filter((id) => /^0+$/.test(id ?? "0"))).toEqual([]);
    expect(seen.every(({ traceparent, baggage }) => (traceparent === undefined) === (baggage === undefined))).toBe(
      true,
    );
    expect(new Set(traced.map(({ baggage }) => baggage))).toEqual(new Set(["proofload.run_id=run-1"]));
  });

  test.each([
    ["1", 200],
    ["0", 0],
  ])("with a share of %s is on %d of 200 requests", async (share, count) => {
    await k6.run(GET + iterations(200), { ...url(), PROOFLOAD_TRACE_SHARE: share });
    expect(seen).toHaveLength(200);
    expect(seen.filter(({ traceparent }) => traceparent !== undefined)).toHaveLength(count);
  });

  test("of a failed request is told to the log, once per VU", async () => {
    const source = `import { endpoint } from "proofload/kit"; const broken = endpoint("GET /broken"); const gone = endpoint("GET /gone", { expected: [404, { min: 500, max: 503 }] });
      export default () => { gone.get("/broken"); broken.get("/broken"); };\n`;
    const { log, summary } = await k6.run(source + iterations(20, 1), { ...url(), PROOFLOAD_TRACE_SHARE: "1" });
    const told = log.filter((line) => line.includes("failed-request"));
    expect(told).toHaveLength(1);
    const failure = JSON.parse(told[0] ?? "") as { traceId: string };
    expect(failure).toEqual({
      proofload: "failed-request",
      name: "GET /broken",
      status: 500,
      traceId: expect.any(String),
    });
    expect(seen.map(({ traceparent }) => traceparent?.split("-")[1])).toContain(failure.traceId);
    // Marked by k6 itself, each endpoint by its own statuses.
    expect(summary?.metrics["http_req_failed"]?.values).toMatchObject({ passes: 20, fails: 20 });
  });
});

test("bytes are sent as they are, also a part of a buffer", async () => {
  const source = `import { endpoint } from "proofload/kit"; const put = endpoint("PUT /bytes");
    export default () => { const bytes = new Uint8Array([1, 2, 3, 255]);
      for (const body of [bytes.buffer, bytes, bytes.subarray(1, 3), new Uint16Array([513])]) put.put("/bytes", body); };\n`;
  await k6.run(source + iterations(1, 1), url());
  expect(bodies).toEqual(["010203ff", "010203ff", "0203", "0102"]);
  expect(seen.map(({ contentType }) => contentType)).not.toContain("application/json");
});

test("ten thousand URLs, redirects among them, make a handful of series in Prometheus", async () => {
  const { port } = await findFreePorts(["port"]);
  const signal = new AbortController().signal;
  const tools = await ensureTools(env, ["prometheus"], { signal, onProgress: () => undefined });
  const configFile = join(k6.dir, "prometheus.yml");
  writeFileSync(configFile, prometheusConfig([], 1));
  const program = tools.get("prometheus")?.path ?? "";
  const [command, ...args] = prometheusArgv({ program, configFile, dataDir: join(k6.dir, "tsdb"), port });
  const prometheus = spawn(command, args, { stdio: "ignore" });
  try {
    expect(await waitUntilReady(env, `http://127.0.0.1:${port}/-/ready`, { timeoutMs: 60_000 })).toBe(true);
    const source = `import exec from "k6/execution"; import { endpoint, kpi } from "proofload/kit";
      const item = endpoint("GET /items/{id}"); const moved = endpoint("GET /moved/{id}"); const sold = kpi("sold", { kind: ["new", "old"] });
      export default () => { const i = exec.scenario.iterationInTest; (i % 10 === 0 ? moved : item).get((i % 10 === 0 ? "/moved/" : "/items/") + i + "?q=" + i);
        sold.add(1, { kind: i % 2 === 0 ? "new" : "old" }); };\n`;
    const { summary } = await k6.run(source + iterations(10_000, 20), url(), ["--out=experimental-prometheus-rw"], {
      K6_PROMETHEUS_RW_SERVER_URL: `http://127.0.0.1:${port}/api/v1/write`,
      K6_PROMETHEUS_RW_PUSH_INTERVAL: "1s",
      K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true",
    });
    expect(summary?.metrics["http_reqs"]?.values["count"]).toBe(11_000);
    const ask = async (
      query: string,
    ): Promise<readonly { metric: Record<string, string>; value: [number, string] }[]> => {
      const reply = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
      return ((await reply.json()) as { data: { result: [] } }).data.result;
    };
    const [series] = await ask('count({__name__=~"k6_.+"})');
    expect(Number(series?.value[1])).toBeGreaterThan(10);
    expect(Number(series?.value[1])).toBeLessThan(60);
    const requests = await ask("k6_http_reqs_total");
    expect(requests.map(({ metric, value }) => [metric["name"], metric["status"], value[1]]).sort()).toEqual([
      ["GET /items/{id}", "200", "9000"],
      ["GET /moved/{id}", "200", "1000"],
      ["GET /moved/{id}", "302", "1000"],
    ]);
    expect(Object.keys(requests[0]?.metric ?? {}).sort()).toEqual(
      ["__name__", "expected_response", "method", "name", "phase", "scenario", "status", "testid"].sort(),
    );
    expect((await ask("k6_sold_total")).map(({ metric, value }) => [metric["kind"], value[1]]).sort()).toEqual([
      ["new", "5000"],
      ["old", "5000"],
    ]);
  } finally {
    prometheus.kill("SIGKILL");
  }
});

describe("exceptions", () => {
  test.each([
    ["sync", "export default () => {"],
    ["async", "export default async () => { await Promise.resolve();"],
  ])("of a %s journey are counted, and told with their line, while k6 ends with 0", async (_, head) => {
    const { code, summary, log } = await k6.run(
      `import exec from "k6/execution";\n${iterations(20)}${head}\n  if (exec.scenario.iterationInTest % 4 === 0)\n    throw new Error("no luck");\n};\n`,
    );
    expect(code).toBe(0);
    expect(summary?.metrics["iteration_exceptions"]?.values["count"]).toBe(5);
    const told = log.filter((line) => line.includes("no luck"));
    expect(told).toHaveLength(5);
    expect(told[0]).toMatch(/scenario-\d+\.ts:5/);
  });
});

describe("start-lag", () => {
  const SHAPES: readonly (readonly [name: string, scenario: object])[] = [
    ["a steady load", { executor: "constant-arrival-rate", rate: 1200, timeUnit: "10s", duration: "2s" }],
    [
      "a load whose durations are numbers",
      { executor: "constant-arrival-rate", rate: 60, timeUnit: 500, duration: "2000" },
    ],
    [
      "a climb, a jump and a descent",
      {
        executor: "ramping-arrival-rate",
        startRate: 20,
        timeUnit: "1s",
        stages: [
          { duration: "1s", target: 200 },
          { duration: "500ms", target: 200 },
          { duration: 0, target: 400 },
          { duration: "500", target: 400 },
          { duration: "1s", target: 30 },
        ],
      },
    ],
  ];

  test.each(SHAPES)("is near zero for %s, and iterations are planned when k6 plans them", async (_, scenario) => {
    const source = `import exec from "k6/execution"; export const options = { scenarios: { s: ${JSON.stringify({ ...scenario, preAllocatedVUs: 50 })} } };
      export default () => { console.log("at " + exec.scenario.iterationInTest + " " + (Date.now() - exec.scenario.startTime)); };`;
    const { log, summary } = await k6.run(source);
    const arrivals = planArrivals(scenario);
    const offsets = log.flatMap((line) => {
      const [, index, elapsedMs] = /^at (\d+) (\d+)$/.exec(line) ?? [];
      return index === undefined ? [] : [Number(elapsedMs) - 1000 * (arrivals?.plannedSeconds(Number(index)) ?? NaN)];
    });
    expect(offsets.length).toBeGreaterThan(200);
    // A busy machine is late at times, but not all of the time; a wrong plan is. k6 rounds its start to a millisecond.
    const partLength = Math.ceil(offsets.length / 5);
    for (let from = 0; from < offsets.length; from += partLength) {
      const earliest = Math.min(...offsets.slice(from, from + partLength));
      expect(earliest).toBeGreaterThan(-3);
      expect(earliest).toBeLessThan(40);
    }
    const lag = summary?.metrics["iteration_start_lag"]?.values;
    // Each VU draws which one of its ten it begins with: of some 24, these are five standard deviations or more.
    expect(lag?.["count"]).toBeGreaterThan(offsets.length / 40);
    expect(lag?.["count"]).toBeLessThan(offsets.length / 5);
    const sorted = offsets.toSorted((a, b) => a - b);
    expect(lag?.["med"]).toBeLessThan((sorted[Math.floor(sorted.length * 0.9)] ?? NaN) + 5);
  });

  test("is planned for nothing that can't be read", () => {
    expect(planArrivals({ executor: "constant-arrival-rate", rate: 1, timeUnit: "1_000" })).toBeNull();
    const stages = [{ target: 5, duration: "soon" }];
    expect(planArrivals({ executor: "ramping-arrival-rate", stages })).toBeNull();
  });

  test("shows a generator that has no time, and says so for every iteration at a low rate", async () => {
    const scenario = { executor: "constant-arrival-rate", rate: 50, duration: "3s", preAllocatedVUs: 150 };
    const { summary } = await k6.run(
      `export const options = { scenarios: { s: ${JSON.stringify(scenario)} } };
      export default () => { const end = Date.now() + 1000; while (Date.now() < end); };`,
      {},
      [],
      // Too little on a machine of any size: fifty busy iterations take turns of 10 ms on one core.
      { GOMAXPROCS: "1" },
    );
    const lag = summary?.metrics["iteration_start_lag"]?.values;
    expect(lag?.["count"]).toBe(summary?.metrics["iterations"]?.values["count"]);
    expect(lag?.["p(99)"]).toBeGreaterThan(100);
  });
});

describe("every scenario file", () => {
  const inspected = (file: string, vars: Readonly<Record<string, string>> = {}) =>
    k6.inspect(join(ROOT, "scenarios", `${file}.ts`), { PROOFLOAD_SCENARIO: file, ...vars });
  const secondsOf = (duration: string): number => {
    const [, h = 0, m = 0, s = 0, ms = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?(?:(\d+)ms)?$/.exec(duration) ?? [];
    return Number(h) * 3600 + Number(m) * 60 + Number(s) + Number(ms) / 1000;
  };
  const only = ({ scenarios }: InspectedOptions): InspectedScenario => {
    const [scenario] = Object.values(scenarios);
    if (scenario === undefined) throw new Error("no scenario");
    return scenario;
  };
  const lasts = ({ stages }: InspectedScenario): number =>
    stages.reduce((sum, { duration }) => sum + secondsOf(duration), 0);
  const highest = ({ stages, timeUnit }: InspectedScenario): number =>
    Math.max(...stages.map(({ target }) => target)) / secondsOf(timeUnit);

  test.each([
    ["smoke", 30, 20, []],
    ["load", 300, 310, []],
    ["ci", 600, 40, []],
    ["soak", 200, 14_430, []],
    ["spike", 800, 85, ["baseline@5", "spike@35", "recovery/spike@55"]],
    ["stress", 1000, 203, [...Array(10).keys()].map((i) => `step/${100 * (i + 1)}@${i === 0 ? 5 : 3 + 20 * i}`)],
  ])(
    "%s: goes up to %d iterations/s, lasts %d s, and can be changed in both",
    async (file, rate, durationSeconds, phases) => {
      const [plain, changed, scaled] = await Promise.all([
        inspected(file),
        inspected(file, { PROOFLOAD_RATE: "77", PROOFLOAD_DURATION: "61" }),
        inspected(file, { PROOFLOAD_SCALE: "0.1" }),
      ]);
      expect(Object.keys(plain.scenarios)).toEqual([file]);
      const scenario = only(plain);
      expect([highest(scenario), lasts(scenario)]).toEqual([rate, durationSeconds]);
      expect(scenario.preAllocatedVUs).toBe(Math.ceil(1.3 * rate * (file === "smoke" ? 2 : 1)));
      const note = plain.ext.proofload as { phases: { phase: string; startSeconds: number }[] };
      expect(note).toMatchObject({
        kit: 1,
        overridable: true,
        constantMemory: file === "soak",
        requests: ["POST /readings", "GET /recovery/{person}"],
        metrics: ["readings_sent"],
      });
      expect(note.phases.map(({ phase, startSeconds }) => `${phase}@${startSeconds}`)).toEqual(phases);
      expect(lasts(only(changed))).toBeCloseTo(61, 6);
      expect(highest(only(changed))).toBeCloseTo(77, 6);
      expect(highest(only(scaled))).toBeCloseTo(rate / 10, 6);
      expect(lasts(only(scaled))).toBe(durationSeconds);
    },
  );

  test("has phases that follow a changed rate and duration", async () => {
    const { ext } = await inspected("spike", { PROOFLOAD_DURATION: "45" });
    expect(ext.proofload["phases"]).toEqual([
      { phase: "baseline", startSeconds: 5 },
      { phase: "spike", startSeconds: 20 },
      { phase: "recovery/spike", startSeconds: 30 },
    ]);
    const stress = await inspected("stress", { PROOFLOAD_RATE: "50" });
    expect((stress.ext.proofload["phases"] as { phase: string }[]).map(({ phase }) => phase).slice(0, 3)).toEqual([
      "step/5",
      "step/10",
      "step/15",
    ]);
  });
});

test("a closed shape plans VUs", async () => {
  const { scenarios, ext } = await k6.inspect(
    `import { shape } from "proofload/kit"; export const options = shape({ executor: "ramping-vus", rate: 20, warmup: "2s", stages: [{ duration: "10s", level: 1 }, { duration: "10s", level: 0.2 }] }); export default () => {};`,
    { PROOFLOAD_RATE: "40" },
  );
  expect(scenarios["default"]).toMatchObject({
    executor: "ramping-vus",
    startVUs: 4,
    stages: [
      { duration: "2s", target: 40 },
      { duration: "10s", target: 40 },
      { duration: "10s", target: 8 },
    ],
  });
  expect(ext.proofload).toMatchObject({ warmupSeconds: 2, phases: [], overridable: true });
});

describe("refused before the load, by name:", () => {
  const smoke = (): string => join(ROOT, "scenarios", "smoke.ts");
  const init = (code: string): string =>
    `import { endpoint, kpi, shape, testData, variable } from "proofload/kit"; ${code}; export default () => {};`;

  test.each([
    ["PROOFLOAD_RATE", "0", /PROOFLOAD_RATE: expected a number above 0, found \\"0\\"/],
    ["PROOFLOAD_RATE", "-3", /PROOFLOAD_RATE: expected a number above 0/],
    ["PROOFLOAD_RATE", "many", /PROOFLOAD_RATE: expected a number above 0, found \\"many\\"/],
    ["PROOFLOAD_SCALE", "0", /PROOFLOAD_SCALE: expected a number above 0/],
    ["PROOFLOAD_DURATION", "3", /PROOFLOAD_DURATION: expected more than the 3 s of the shape's own warm-up/],
    ["PROOFLOAD_TRACE_SHARE", "1.5", /PROOFLOAD_TRACE_SHARE: expected a number from 0 to 1/],
    ["PROOFLOAD_THRESHOLDS", "[1]", /PROOFLOAD_THRESHOLDS: expected JSON/],
    ["PROOFLOAD_RATE", "1000000", /need 2600000 VUs/],
    ["PEOPLE", "0.5", /PEOPLE: expected a whole number from 1 to 1000000, found \\"0.5\\"/],
  ])("%s=%s", async (name, value, message) => {
    expect(await k6.refuse(smoke(), { [name]: value })).toMatch(message);
  });

  test.each([
    ['variable("API_TOKEN").integer()', /API_TOKEN: expected a whole number, found a value that is not shown/],
    ['variable("DATABASE_URL").integer()', /DATABASE_URL: expected a whole number, found a value that is not shown/],
    ['variable("DB_PASS").integer()', /DB_PASS: expected a whole number, found a value that is not shown/],
    ['variable("ODD").flag()', /ODD: expected true or false, found \\"constructor\\"/],
    ['variable("MISSING").text()', /MISSING: expected a text, found nothing/],
    ['variable("API_TOKEN").oneOf(["a", "b"])', /expected one of a, b/],
    [
      'testData("users", () => [{ id: 1 }, { id: "hidden" }], { id: "number" })',
      /test data users: row 2 of 2: id: expected a number, found string/,
    ],
    ['testData("users", () => [1, 2], (row): row is 1 => row === 1)', /row 2 of 2: it was refused/],
    ['testData("users", () => [], { id: "number" })', /expected rows, found none/],
    ['endpoint("GET /", { timeout: "soon" })', /timeout: expected a duration such as 10s, found 'soon'/],
    ['endpoint("http://a.test/1")', /endpoint: expected a name/],
    ['kpi("http_reqs")', /k6 or the kit has a metric of that name/],
    ['kpi("Sold")', /snake_case/],
    ['kpi("sold", { status: ["a"] })', /a tag in snake_case that k6 does not set itself/],
    ['kpi("sold"); kpi("sold")', /made twice/],
    [
      'shape({ rate: 0, warmup: "1s", worstLatency: "1s", stages: [{ duration: "5s", level: 1 }] })',
      /rate: expected a number above 0/,
    ],
    [
      'shape({ rate: 1, warmup: "1s", worstLatency: "1s", stages: [{ duration: "5 sec", level: 1 }] })',
      /stages\[0\]\.duration: expected a duration such as 90s or 1m30s, found '5 sec'/,
    ],
    [
      'shape({ rate: 1, warmup: "1s", worstLatency: "1s", stages: [{ duration: "30", level: 1 }] })',
      /stages\[0\]\.duration: expected a duration such as 90s or 1m30s, found '30'/,
    ],
  ])("%s", async (code, message) => {
    const told = await k6.refuse(init(code), {
      API_TOKEN: "hidden",
      DATABASE_URL: "hidden",
      DB_PASS: "hidden",
      ODD: "constructor",
    });
    expect(told).toMatch(message);
    expect(told).not.toContain("hidden");
  });
});

test("what is made or counted wrongly in an iteration throws there", async () => {
  const source = `import exec from "k6/execution"; import { endpoint, kpi } from "proofload/kit"; const sold = kpi("sold", { kind: ["new", "old"] }); ${iterations(4, 1)}
    export default () => { const i = exec.scenario.iterationInTest;
      if (i === 0) endpoint("GET /late"); else if (i === 1) sold.add(1, { kind: "other" as "new" });
      else if (i === 2) sold.add(1, { kind: "new", constructor: "x" } as never); else sold.add(2, { kind: "old" }); };`;
  const { summary, log } = await k6.run(source);
  expect(summary?.metrics["iteration_exceptions"]?.values["count"]).toBe(3);
  expect(log.join("\n")).toMatch(/the tag constructor was not declared/);
  expect(summary?.metrics["sold"]?.values["count"]).toBe(2);
  expect(log.join("\n")).toMatch(/endpoint\("GET \/late"\): make it once/);
  expect(log.join("\n")).toMatch(/kind: expected one of new, old, found "other"/);
});

test("test data, the iteration's index and setup's data reach the journey", async () => {
  const source = `import { iterationIndex, testData } from "proofload/kit"; ${iterations(4, 2)}
    const users = testData("users", () => [{ id: 1 }, { id: 2 }, { id: 3 }], { id: "number" });
    export const setup = () => ({ word: "given" });
    export default (data: { word: string }) => { const one: number = users.random().id; console.log("row " + users.at(iterationIndex()).id + " " + data.word + " " + (one >= 1)); };`;
  const { log } = await k6.run(source);
  expect(log.filter((line) => line.startsWith("row ")).sort()).toEqual([
    "row 1 given true",
    "row 1 given true",
    "row 2 given true",
    "row 3 given true",
  ]);
});

describe("a script without any kit", () => {
  const BARE = `import http from "k6/http"; import { check, group } from "k6";
    export const options = { scenarios: { s: { executor: "constant-arrival-rate", rate: 50, duration: "2s", preAllocatedVUs: 5 } }, tags: { team: "a" }, thresholds: { http_req_failed: ["rate<0.5"] } };
    export default () => { group("g", () => { check(http.get(__ENV.PROOFLOAD_TARGET_URL + "/"), { "has a body": (r) => r.body === "ok" }); }); };\n`;
  const vars = {
    PROOFLOAD_PHASES: '[["baseline",0],["fault/x",1]]',
    PROOFLOAD_THRESHOLDS: JSON.stringify({
      http_req_failed: ["rate<0.5", "rate<=0.001"],
      "http_req_duration{phase:baseline}": ["p(99)<=2000"],
      "http_req_duration{phase:fault/x}": ["p(99)<=2000"],
      "http_req_duration{name:nobody}": ["p(99)<=1"],
      "http_req_failed{name:nobody}": ["rate<=0.1"],
    }),
  };

  test("keeps its options and gets ours", async () => {
    const options = await k6.inspect(BARE, { ...url(), ...vars, PROOFLOAD_RUN_ID: "run-1" });
    expect(options.tags).toEqual({ team: "a", testid: "run-1" });
    expect(options.systemTags.toSorted()).toEqual([
      "check",
      "error_code",
      "expected_response",
      "group",
      "method",
      "name",
      "scenario",
      "status",
    ]);
    expect(options.thresholds).toMatchObject({ http_req_failed: ["rate<0.5", "rate<=0.001"] });
    expect(options.ext.proofload).toEqual({
      kit: 1,
      warmupSeconds: 0,
      phases: [],
      constantMemory: false,
      overridable: false,
      requests: [],
      metrics: [],
    });
  });

  test("has a summary with checks and thresholds, and says which of those saw nothing", async () => {
    const { code, summary } = await k6.run(BARE, { ...url(), ...vars });
    expect(code).toBe(0);
    expect(summary).toMatchObject({ schemaVersion: 1, runId: "run-1", scenario: "tried" });
    expect(summary?.durationSeconds).toBeGreaterThan(1.5);
    const requests = summary?.metrics["http_reqs"]?.values["count"] ?? 0;
    expect(summary?.checks).toEqual([{ name: "has a body", path: "::g::has a body", passes: requests, fails: 0 }]);
    const thresholds = Object.fromEntries(
      (summary?.thresholds ?? []).map(({ metric, expression, ok, samples }) => [
        `${metric} ${expression}`,
        [ok, samples],
      ]),
    );
    expect(thresholds).toMatchObject({
      "http_req_failed rate<0.5": [true, requests],
      "http_req_failed rate<=0.001": [true, requests],
      "http_req_duration{name:nobody} p(99)<=1": [true, 0],
      "http_req_failed{name:nobody} rate<=0.1": [true, 0],
    });
    const inPhases = ["baseline", "fault/x"].map(
      (phase) => thresholds[`http_req_duration{phase:${phase}} p(99)<=2000`]?.[1] as number,
    );
    expect(inPhases.reduce((sum, count) => sum + count, 0)).toBe(requests);
    // About 50 each; a busy machine starts some of the first late, in the second.
    for (const count of inPhases) expect(count).toBeGreaterThan(20);
  });

  test.each([
    ["throws", `export const handleSummary = () => { throw new Error("no summary today"); };`],
    ["throws later", `export const handleSummary = async () => { throw new Error("no summary today"); };`],
  ])("keeps our summary when its own handleSummary %s", async (_, own) => {
    const { code, summary, log } = await k6.run(BARE + own, url());
    expect(code).toBe(0);
    expect(summary?.schemaVersion).toBe(1);
    expect(log.join("\n")).toContain("no summary today");
  });

  test("writes what its own handleSummary says, too", async () => {
    const own = `export const handleSummary = (data: any) => { const n = data.metrics.iterations.values.count; data.metrics = {}; return { stdout: "own " + n }; };`;
    const { stdout, summary } = await k6.run(BARE + own, url());
    expect(stdout).toMatch(/^own \d+$/);
    expect(summary?.metrics["iterations"]?.values["count"]).toBeGreaterThan(50);
  });
});
