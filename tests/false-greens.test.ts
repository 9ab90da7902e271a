import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readEvidence, readVerdict, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { startServer, STEADY, writeProject } from "./support/project.ts";
import type { TestProject, TestServer } from "./support/project.ts";

// What k6 by itself ends with code 0 for (or with a code that hides another), as scripts that know nothing of proofload's kit.
let service: TestServer;
let project: TestProject;
let cli: Cli | undefined;

beforeEach(async () => {
  service = await startServer((request, response) => {
    response.writeHead(request.url === "/broken" ? 500 : 200).end("ok");
  });
  project = writeProject(service.url);
});

afterEach(async () => {
  cli?.kill("SIGKILL");
  cli?.remove();
  cli = undefined;
  project.remove();
  await service.stop();
});

const HEAD = `import http from "k6/http"; import exec from "k6/execution"; import { check } from "k6"; const URL = __ENV.PROOFLOAD_TARGET_URL;\n`;
const OPTIONS = `export const options = { scenarios: { s: ${STEADY} } };\n`;

async function runScript(source: string): Promise<{ code: number | string; reasons: readonly string[]; text: string }> {
  project.write("scenarios/script.ts", source);
  cli = startCli(["run", "script"], { cwd: project.dir });
  const code = await cli.ended;
  const reasons = readVerdict(await cli.runDir()).reasons.map((reason) => reason.code);
  return { code, reasons, text: cli.stdout() };
}

async function refuse(source: string): Promise<string> {
  project.write("scenarios/script.ts", source);
  cli = startCli(["run", "script"], { cwd: project.dir });
  expect(await cli.ended, cli.stderr()).toBe(2);
  return cli.stderr();
}

test("a script without any kit, against a service that answers, passes", async () => {
  const { code, text } = await runScript(`${HEAD}${OPTIONS}export default () => { http.get(URL + "/"); };`);
  expect(code, cli?.stderr()).toBe(0);
  expect(text).toMatch(/^PASS {2}1 objective met/);
});

describe("no pass, although k6 ends with 0:", () => {
  test("an exception in every iteration is a script error with its line", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}${OPTIONS}export default () => {\n  http.get(URL + "/");\n  const nothing: any = null;\n  nothing.call();\n};`,
    );
    expect(code).toBe(3);
    expect(reasons).toContain("script-error");
    expect(readEvidence(await cli!.runDir()).load).toMatchObject({ k6ExitCode: 0 });
    expect(cli!.stdout()).toMatch(/script\.ts:7/);
  });

  test("an exception in an async iteration is one, too", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}${OPTIONS}export default async () => {\n  http.get(URL + "/");\n  throw new Error("later");\n};`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["script-error"])]);
  });

  test("async iterations that never come to their end are errors", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}${OPTIONS}export default async () => {\n  http.get(URL + "/");\n  await new Promise(() => {});\n  throw new Error("never reached");\n};`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["script-error"])]);
  });

  test("requests that are never answered are no pass", async () => {
    let asked = 0;
    service.server.removeAllListeners("request");
    service.server.on("request", (_, response) => {
      asked += 1;
      if (asked % 30 !== 0) response.end("ok");
    });
    const { code, reasons } = await runScript(
      `${HEAD}export const options = { scenarios: { s: { ...${STEADY}, gracefulStop: "0s", preAllocatedVUs: 60 } } };\nexport default () => { http.get(URL + "/"); };`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["requests-unanswered"])]);
  });

  test("requests under another run's id are missed", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}${OPTIONS}export default () => {\n  if (exec.scenario.iterationInTest % 2) http.get(URL + "/broken", { tags: { testid: "elsewhere" } });\n  else http.get(URL + "/");\n};`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["counts-disagree"])]);
  });

  test("requests that are all refused fail the objective", async () => {
    let asked = 0;
    service.server.on("request", () => {
      asked += 1;
      // Our own first look, then nothing more.
      if (asked > 1) void service.stop();
    });
    const { code, reasons } = await runScript(`${HEAD}${OPTIONS}export default () => { http.get(URL + "/"); };`);
    expect(code, cli?.stderr()).toBe(1);
    expect(reasons).toContain("interval-outside");
  });

  test("a service that answers 500 to everything fails the objective", async () => {
    const { code, text } = await runScript(`${HEAD}${OPTIONS}export default () => { http.get(URL + "/broken"); };`);
    expect(code).toBe(1);
    expect(text).toMatch(/^FAIL {2}availability in baseline: 0 % of/);
  });

  test("a check that never held is named", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}${OPTIONS}export default () => { check(http.get(URL + "/"), { "is a teapot": (r) => r.status === 418 }); };`,
    );
    expect(code).toBe(3);
    expect(reasons).toContain("check-never-held");
    expect(cli!.stdout()).toContain("is a teapot");
  });

  test("iterations of which none ends are an undelivered load", async () => {
    const { code, reasons } = await runScript(
      `import { sleep } from "k6";\n${HEAD}export const options = { scenarios: { s: { executor: "constant-vus", vus: 2, duration: "6s", gracefulStop: "0s" } } };
export default () => { sleep(60); http.get(URL + "/"); };`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["load-not-delivered"])]);
  });

  test("iterations that k6 dropped are an undelivered load", async () => {
    const { code, reasons } = await runScript(
      `import { sleep } from "k6";\n${HEAD}export const options = { scenarios: { s: { executor: "constant-arrival-rate", rate: 100, timeUnit: "1s", duration: "6s", preAllocatedVUs: 1 } } };
export default () => { http.get(URL + "/"); sleep(0.1); };`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["load-not-delivered"])]);
  });

  test("a handleSummary that throws loses nothing", async () => {
    const { code } = await runScript(
      `${HEAD}${OPTIONS}export default () => { http.get(URL + "/"); };\nexport function handleSummary() { throw new Error("mine"); }`,
    );
    expect(code, cli?.stdout()).toBe(0);
    expect(readEvidence(await cli!.runDir()).load.requests).toBeGreaterThan(400);
  });

  test("a threshold that no sample met is named", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}export const options = { scenarios: { s: ${STEADY} }, thresholds: { "http_req_failed{name:never}": ["rate<0.01"] } };
export default () => { if (exec.scenario.iterationInTest < 0) http.get(URL, { tags: { name: "never" } }); http.get(URL + "/"); };`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["threshold-unobserved"])]);
  });
});

describe("evidence and no verdict:", () => {
  test("a threshold of the script's own that was crossed (99)", async () => {
    const { code } = await runScript(
      `${HEAD}export const options = { scenarios: { s: ${STEADY} }, thresholds: { http_req_duration: ["p(99)<0.001"] } };
export default () => { http.get(URL + "/"); };`,
    );
    expect(code, cli?.stdout()).toBe(0);
    const { load } = readEvidence(await cli!.runDir());
    expect(load).toMatchObject({
      k6ExitCode: 99,
      thresholds: expect.arrayContaining([expect.objectContaining({ held: false })]),
    });
  });

  test.each([
    ["aborts the test (108)", "exec.test.abort('enough')", "test-aborted"],
    ["marks the test as failed (110)", "exec.test.fail('bad')", "test-marked-failed"],
  ])("a script that %s, whatever its thresholds say", async (_, call, reason) => {
    const { code, reasons } = await runScript(
      `${HEAD}export const options = { scenarios: { s: ${STEADY} }, thresholds: { http_req_duration: ["p(99)<0.001"] } };
export default () => { http.get(URL + "/"); if (exec.scenario.iterationInTest === 200) ${call}; };`,
    );
    expect(code).toBe(3);
    expect(reasons).toContain(reason);
  });

  test("a teardown() that throws (107)", async () => {
    const { code, reasons } = await runScript(
      `${HEAD}${OPTIONS}export default () => { http.get(URL + "/"); };\nexport function teardown() { throw new Error("late"); }`,
    );
    expect([code, reasons]).toEqual([3, expect.arrayContaining(["script-error"])]);
  });
});

describe("refused before any load:", () => {
  test.each([
    [
      "a threshold on a metric that there is none of",
      `thresholds: { http_req_duratoin: ["p(99)<1"] }`,
      "http_req_duration",
    ],
    [
      "a threshold on a tag that there is none of",
      `thresholds: { "http_req_failed{endpoint:typo}": ["rate<0.1"] }`,
      "endpoint",
    ],
    ["options that contradict each other", `duration: "5s"`, "scenario"],
  ])("%s", async (_, extra, said) => {
    expect(
      await refuse(
        `${HEAD}export const options = { scenarios: { s: ${STEADY} }, ${extra} };\nexport default () => { http.get(URL); };`,
      ),
    ).toContain(said);
  });

  test("a script that sends its load to nobody knows whom", async () => {
    expect(
      await refuse(`import http from "k6/http";\n${OPTIONS}export default () => { http.get("http://127.0.0.1:1/"); };`),
    ).toContain("PROOFLOAD_TARGET_URL");
  });

  test("a mistake in TypeScript, with file and line", async () => {
    expect(await refuse(`${HEAD}${OPTIONS}export default () => { http.get(URL };`)).toMatch(/scenarios\/script\.ts:4/);
  });

  test("a setup() that throws", async () => {
    expect(
      await refuse(
        `${HEAD}${OPTIONS}export function setup() { throw new Error("no data"); }\nexport default () => { http.get(URL); };`,
      ),
    ).toContain("no data");
  });

  test.each([
    [["--rate", "0"], "--rate: expected a number greater than 0"],
    [["--duration", "5"], "--duration: expected a duration"],
    [["--scale", "-1"], "--scale: expected a number greater than 0"],
    [["--trace", "2"], "--trace: expected a share"],
    [["--rate", "10"], "not made by shape()"],
  ])("%j", async (args, said) => {
    project.write("scenarios/script.ts", `${HEAD}${OPTIONS}export default () => { http.get(URL); };`);
    cli = startCli(["run", "script", ...args], { cwd: project.dir });
    expect(await cli.ended, cli.stderr()).toBe(2);
    expect(cli.stderr()).toContain(said);
  });

  test("a service that nobody can reach (4)", async () => {
    await service.stop();
    project.write("scenarios/script.ts", `${HEAD}${OPTIONS}export default () => { http.get(URL); };`);
    cli = startCli(["run", "script"], { cwd: project.dir });
    expect(await cli.ended, cli.stderr()).toBe(4);
    expect(cli.stderr()).toContain(service.url);
  });
});
