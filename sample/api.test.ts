import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { bundleProgram, runProgram, temporaryFolder } from "./test-programs.ts";
import { ask, testApi, testStore } from "./test-servers.ts";

const READING = { person: "ada", hrvRmssdMs: 60, sleepHours: 6.5, takenAt: "2026-03-01T07:00:00+01:00" };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Awaited<ReturnType<typeof testStore>>;
let api: Awaited<ReturnType<typeof testApi>>;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = await testStore(folder.path);
  api = await testApi({ storeUrl: store.url, logRequestsEvery: 1, storeTimeoutMs: 5000 });
});

afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function requestSeries() {
  const series = [...(await api.metrics())].filter(([name]) => name.startsWith("http_requests_total{"));
  return { count: series.length, total: series.reduce((sum, [, value]) => sum + value, 0) };
}

test("a reading that was stored gives a live recovery", async () => {
  expect(await api.post(READING)).toMatchObject({ status: 201, body: { person: "ada", result: "stored" } });
  expect(await api.recovery("ada")).toMatchObject({
    status: 200,
    body: {
      person: "ada",
      recoveryScore: 60,
      sleepDebtHours: 1.5,
      hrvRmssdMs: 60,
      source: "live",
      asOf: "2026-03-01T06:00:00.000Z",
    },
  });
});

test("a person of whom the store knows nothing is 404", async () => {
  expect(await api.recovery("nobody")).toMatchObject({ status: 404, body: { error: "no reading of this person" } });
  expect((await api.recovery("%22%3E")).status).toBe(400);
});

test.each([
  ["a missing field", { person: "ada", sleepHours: 7 }, "hrvRmssdMs: "],
  ["a value out of range", { ...READING, sleepHours: 25 }, "sleepHours: "],
  ["a strange name", { ...READING, person: "a b" }, "person: 1 to 64"],
  ["a time that is none", { ...READING, takenAt: "yesterday" }, "takenAt: "],
  ["a list", [], "body: "],
])("%s is answered 400 and named", async (_name, body, problem) => {
  const reply = await api.post(body);
  expect(reply.status).toBe(400);
  expect((reply.body["problems"] as string[])[0]).toContain(problem);
});

test("a body that is not JSON is answered 400", async () => {
  const reply = await ask(`${api.url}/readings`, { method: "POST", body: "{" });
  expect(reply).toMatchObject({ status: 400, body: { error: "the body is not JSON" } });
});

test.each([20_000, 900_000])("a body of %i bytes is answered 413", async (bytes) => {
  expect((await api.post({ ...READING, note: "x".repeat(bytes) })).status).toBe(413);
});

test("a known path with another method is 405", async () => {
  expect((await ask(`${api.url}/readings`)).status).toBe(405);
});

test("latency has bucket edges at the thresholds of the SLOs", async () => {
  const series = [...(await api.metrics()).keys()].filter((name) =>
    name.startsWith("http_request_duration_seconds_bucket"),
  );
  const edges = [...new Set(series.map((name) => /le="([^"]+)"/.exec(name)?.[1]))];
  expect(edges).toEqual(["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"]);
});

test("every series there will be exists, at 0, before the first request, and a request adds to it, not beside it", async () => {
  const before = await requestSeries();
  expect(before.total).toBe(0);
  await api.post(READING);
  await api.recovery("ada");
  await api.recovery("nobody");
  await api.post({});
  expect(await requestSeries()).toEqual({ count: before.count, total: 4 });
  const metrics = await api.metrics();
  for (const name of [
    'http_requests_total{method="POST",route="/readings",status="201"}',
    'http_request_duration_seconds_count{method="POST",route="/readings",status="201"}',
    "hrv_rmssd_ms_count",
    "recovery_score_count",
    "sleep_debt_hours_count",
  ]) {
    expect(metrics.get(name), name).toBe(1);
  }
  expect(metrics.get('store_requests_total{result="ok"}')).toBe(3);
  expect(metrics.get("process_start_time_seconds")).toBeGreaterThan(1_700_000_000);
});

test("scrapes and health checks are not counted", async () => {
  await api.health();
  await api.metrics();
  expect((await requestSeries()).total).toBe(0);
});

test("a thousand strange paths and persons make no new series", { timeout: 60_000 }, async () => {
  const before = await requestSeries();
  for (let start = 0; start < 1000; start += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ask(`${api.url}${index % 2 === 0 ? `/strange/${start + index}` : `/recovery/person-${start + index}`}`),
      ),
    );
  }
  expect(await requestSeries()).toEqual({ count: before.count, total: 1000 });
  const metrics = await api.metrics();
  expect(metrics.get('http_requests_total{method="GET",route="other",status="404"}')).toBe(500);
});

test("beyond its rate limit it answers 429 and counts", async () => {
  await using limited = await testApi({ storeUrl: store.url, storeTimeoutMs: 5000, rateLimitPerSecond: 1 });
  const replies = await Promise.all([limited.recovery("a"), limited.recovery("a"), limited.recovery("a")]);
  expect(replies.map(({ status }) => status).filter((status) => status === 429)).toHaveLength(2);
  expect((await limited.metrics()).get("rate_limit_exceeded_total")).toBe(2);
  expect((await limited.health()).status).toBe(200);
});

test("the trace id of a request is in its log line", async () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await api.post(READING, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  await expect
    .poll(() => api.lines)
    .toContainEqual(expect.objectContaining({ trace_id: traceId, route: "/readings", status: 201, person: "ada" }));
});

let bundles: Awaited<ReturnType<typeof temporaryFolder>>;
let program: string;

beforeAll(async () => {
  bundles = await temporaryFolder();
  program = await bundleProgram("api", bundles.path);
});

afterAll(async () => {
  await bundles[Symbol.asyncDispose]();
});

test("as a program it listens, answers, and ends on SIGTERM with exit code 0", async () => {
  await using running = runProgram(program, ["--port", "0", "--store", store.url]);
  const { port, pid } = await running.logged("listening");
  expect((await ask(`http://127.0.0.1:${String(port)}/health`)).body).toMatchObject({ status: "ok", store: "up", pid });
  running.kill("SIGTERM");
  expect(await running.ended).toBe(0);
});

test("as a program it says why it can't start and ends with exit code 1", async () => {
  const taken = new URL(api.url).port;
  await using running = runProgram(program, ["--port", taken, "--store", store.url]);
  expect(await running.ended).toBe(1);
  expect(running.lines.at(-1)).toMatchObject({ level: "fatal", error: { code: "EADDRINUSE" } });
});
