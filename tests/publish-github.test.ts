import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { CiRecord } from "../lib/run/ci-record.ts";
import type { RunRecord } from "../lib/run/record.ts";
import { ERRORED, FAILING, INCONCLUSIVE, PASSING } from "../reports/testing/fixtures.ts";
import { HOSTILE_TEXTS, withText } from "../reports/testing/hostile.ts";
import { createCiFolder } from "./support/ci-folder.ts";
import { ROOT } from "./support/cli.ts";
import { createGithubJob } from "./support/github-job.ts";
import type { GithubJob, JobOptions } from "./support/github-job.ts";
import { startGithub, TOKEN } from "./support/github.ts";
import type { FakeGithub } from "./support/github.ts";

let github: FakeGithub;
const undo: (() => unknown)[] = [];
beforeEach(async () => {
  github = await startGithub();
  undo.push(() => github.stop());
});
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

function ciFolder(...given: Parameters<typeof createCiFolder>): string {
  const folder = createCiFolder(...given);
  undo.push(() => folder.remove());
  return folder.dir;
}

function jobWith(options: Partial<JobOptions> = {}): GithubJob {
  const job = createGithubJob({ apiUrl: github.url, ...options });
  undo.push(() => job.remove());
  return job;
}

interface Published {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function publish(job: GithubJob, dir: string, ...more: readonly string[]): Promise<Published> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, "dist", "proofload.js"), "publish", "github", dir, ...more], {
      cwd: job.workspace,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...job.vars },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const commandsIn = (text: string): readonly string[] => text.split("\n").filter((line) => line.startsWith("::"));
const COMMENTS = "/repos/o/r/issues/7/comments";

describe("what a job of GitHub Actions is told", () => {
  test("a pass: summary, outputs, one comment, and no annotation", async () => {
    const job = jobWith();
    const { code, stdout, stderr } = await publish(job, ciFolder([PASSING]));
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toBe("comment: created: https://github.test/o/r#101\n");
    expect(job.outputs()).toMatchObject({ verdict: "pass", "exit-code": "0" });
    expect(job.summary()).toMatch(/^## ✅ Pass: /);
    const [comment] = github.comments;
    expect(comment?.body).toMatch(/^<!-- proofload key=perf-gate\/gate run=12 attempt=1 -->\n## ✅ Pass: /);
    expect(comment?.body).toContain("| Verdict | Objective | Phase |");
    expect(comment?.body).toContain("### Over time");
    expect(comment?.body).toMatch(/<code>[▁▂▃▄▅▆▇█]{3,}<\/code>/);
    expect(comment?.body).toContain("<code>proofload run ");
    expect(comment?.body).toContain("(https://github.test/o/r/actions/runs/4242)");
  });

  test("a fail: an annotation at the line of the SLO, with what was missed", async () => {
    const job = jobWith();
    const { code, stdout } = await publish(job, ciFolder([FAILING]));
    expect(code).toBe(0);
    expect(job.outputs()).toMatchObject({ verdict: "fail", "exit-code": "1" });
    expect(commandsIn(stdout)).toEqual([
      expect.stringMatching(
        /^::error file=gates\/slo\/[\w-]+\.yaml,line=\d+,title=proofload ci with exp-0%3A checkout-latency in fault\/latency%3A Fail::.*points/,
      ),
    ]);
    expect(github.comments[0]?.body).toContain("## ❌ Fail: ");
  });

  test("an inconclusive run is as red as a failed one, and says how to decide it", async () => {
    const job = jobWith();
    const { stdout } = await publish(job, ciFolder([INCONCLUSIVE]));
    expect(job.outputs()).toMatchObject({ verdict: "inconclusive", "exit-code": "3" });
    expect(commandsIn(stdout).length).toBeGreaterThan(1);
    expect(commandsIn(stdout).every((line) => line.startsWith("::error "))).toBe(true);
    expect(stdout).toContain("title=proofload ci with exp-0%3A fault-not-proven::");
    expect(github.comments[0]?.body).toContain("### What to do");
  });

  test("several runs: the worst one first, what passed a click away", async () => {
    const job = jobWith();
    await publish(job, ciFolder([PASSING, FAILING, ERRORED]));
    expect(job.outputs()).toMatchObject({ verdict: "fail", "exit-code": "4" });
    const body = github.comments[0]?.body ?? "";
    expect(body).toMatch(/-->\n## ❌ Fail: ci with exp-1: /);
    expect(body.match(/^\| (?:❌ Fail|💥 Error|✅ Pass) \| ci with exp-\d \|/gm)).toEqual([
      "| ❌ Fail | ci with exp-1 |",
      "| 💥 Error | ci with exp-2 |",
      "| ✅ Pass | ci with exp-0 |",
    ]);
    expect(body).toContain("<details><summary>✅ ci with exp-0</summary>");
  });

  test.each<[string, (record: CiRecord) => unknown, string, string]>([
    [
      "that nobody ended",
      (r) => ({ ...r, runs: [{ ...r.runs[0], state: "started", exitCode: null }] }),
      "4",
      "ended from outside",
    ],
    [
      "that nobody ended, though it has an exit code",
      (r) => ({ ...r, runs: [{ ...r.runs[0], state: "started" }] }),
      "4",
      "ended from outside",
    ],
    [
      "that was not played",
      (r) => ({ ...r, runs: [...r.runs, { ...r.runs[0], state: "planned", runIds: [], exitCode: null }] }),
      "4",
      "was not played",
    ],
    [
      "that left faults",
      (r) => ({
        ...r,
        runs: [{ ...r.runs[0], exitCode: 5, error: { message: "latency may be left behind", hint: null } }],
      }),
      "5",
      "latency may be left behind",
    ],
    [
      "whose folder is gone",
      (r) => ({ ...r, runs: [{ ...r.runs[0], runIds: ["20260101-000000-ffff"] }] }),
      "4",
      "has no verdict",
    ],
    [
      "that wants out of its folder",
      (r) => ({ ...r, runs: [{ ...r.runs[0], runIds: ["../../x"] }] }),
      "4",
      "can&#39;t be used",
    ],
    ["without runs", (r) => ({ ...r, runs: [] }), "4", "can&#39;t be used"],
    ["of nobody knows what", () => "hello", "4", "can&#39;t be used"],
  ])("a record of a pass %s is none", async (_, change, exitCode, said) => {
    const job = jobWith();
    expect(await publish(job, ciFolder([PASSING], change))).toMatchObject({ code: 0 });
    expect(job.outputs()).toMatchObject({ verdict: "error", "exit-code": exitCode });
    expect(job.summary()).toContain(said);
  });

  test("a folder in which nothing was played is an error too", async () => {
    const job = jobWith();
    const { stdout } = await publish(job, join(job.dir, "nothing"));
    expect(job.outputs()).toMatchObject({ verdict: "error", "exit-code": "4" });
    expect(commandsIn(stdout)).toHaveLength(1);
  });

  test("outside of a job it is a usage error", async () => {
    const job = jobWith();
    const bare = { ...job, vars: {} };
    expect(await publish(bare, ciFolder([PASSING]))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("GITHUB_REPOSITORY is not set"),
    });
  });
});

describe("the comment", () => {
  test("is updated and not repeated, also beyond the first page of a long discussion", async () => {
    for (let id = 1001; id <= 1130; id += 1)
      github.comments.push({ id, body: `word ${id}`, user: { login: "ann", type: "User" } });
    await publish(jobWith(), ciFolder([FAILING]));
    await publish(jobWith({ run: 13 }), ciFolder([PASSING]));
    expect(github.comments).toHaveLength(131);
    expect(github.comments.at(-1)?.body).toContain("run=13 attempt=1 -->\n## ✅ Pass");
  });

  test("of somebody else is never touched, whatever it looks like", async () => {
    const body = "<!-- proofload key=perf-gate/gate run=1 attempt=1 -->\nmine";
    github.comments.push({ id: 1, body, user: { login: "mallory", type: "User" } });
    await publish(jobWith(), ciFolder([PASSING]));
    expect(github.comments.map(({ user }) => user.login)).toEqual(["mallory", "github-actions[bot]"]);
    expect(github.comments[0]?.body).toBe(body);
  });

  test("of another gate has its own", async () => {
    await publish(jobWith(), ciFolder([PASSING]), "--key", "a -- b -->");
    await publish(jobWith(), ciFolder([PASSING]));
    expect(github.comments.map(({ body }) => body.split("\n")[0])).toEqual([
      "<!-- proofload key=a-b- run=12 attempt=1 -->",
      "<!-- proofload key=perf-gate/gate run=12 attempt=1 -->",
    ]);
  });

  test("of workflows whose names are long or in another script are apart", async () => {
    for (const workflow of ["性能", "稳定", `${"long ".repeat(30)}a`, `${"long ".repeat(30)}b`]) {
      const job = jobWith();
      await publish({ ...job, vars: { ...job.vars, GITHUB_WORKFLOW: workflow } }, ciFolder([PASSING]));
    }
    expect(github.comments).toHaveLength(4);
  });

  test("is one after two runs at once, and tells the later run's verdict", async () => {
    github.gather(`GET ${COMMENTS}`, 2);
    const [older, newer] = await Promise.all([
      publish(jobWith({ run: 20 }), ciFolder([FAILING])),
      publish(jobWith({ run: 21 }), ciFolder([PASSING])),
    ]);
    expect([older.code, newer.code]).toEqual([0, 0]);
    expect(github.requests.filter((line) => line === `POST ${COMMENTS}`)).toHaveLength(2);
    expect(github.comments.map(({ body }) => body.split("\n")[0])).toEqual([
      "<!-- proofload key=perf-gate/gate run=21 attempt=1 -->",
    ]);
  });

  test("of a later run stays when an earlier one ends after it", async () => {
    await publish(jobWith({ run: 21 }), ciFolder([PASSING]));
    const { stderr } = await publish(jobWith({ run: 20 }), ciFolder([FAILING]));
    expect(stderr).toContain("left alone, a later run has written its verdict");
    expect(github.comments[0]?.body).toContain("run=21");
  });

  test("is not tried from a fork, whose token may only read", async () => {
    const job = jobWith({ fork: true });
    const { code, stderr } = await publish(job, ciFolder([FAILING]));
    expect([code, github.requests]).toEqual([0, []]);
    expect(stderr).toContain("a pull request from a fork");
    expect(job.summary()).toContain("❌ Fail");
  });

  test("is not wanted, or there is no pull request: nothing is asked", async () => {
    await publish(jobWith(), ciFolder([PASSING]), "--no-comment");
    await publish(jobWith({ event: "schedule" }), ciFolder([PASSING]));
    expect(github.requests).toEqual([]);
  });

  test("fits GitHub's limit however much there is to say, and so does the summary", async () => {
    const many = Array.from({ length: 12 }, () => withText(FAILING, "long ".repeat(400)));
    const job = jobWith();
    const { code, stdout } = await publish(job, ciFolder(many));
    expect(code).toBe(0);
    expect(Buffer.byteLength(job.summary())).toBeLessThan(2 ** 20);
    expect(Buffer.byteLength(job.summary())).toBeGreaterThan(100_000);
    const [comment] = github.comments;
    expect(comment?.body.length).toBeLessThan(65_536);
    expect(comment?.body.length).toBeGreaterThan(20_000);
    // Each run has its part of the room.
    expect(comment?.body.match(/^## /gm)).toHaveLength(13);
    expect(commandsIn(stdout)).toHaveLength(10);
  });

  test.each(Object.entries(HOSTILE_TEXTS))("and everything else is inert beside %s", async (_, text) => {
    const job = jobWith({ title: `${text}$(touch pwned)\`touch pwned\`` });
    const { code, stdout } = await publish(job, ciFolder([withText(FAILING, `${text}\n::set-env name=PATH::x\n`)]));
    expect(code).toBe(0);
    expect(existsSync(join(job.workspace, "pwned"))).toBe(false);
    // Not one line beside our own commands, not one tag beside our own.
    expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("::error "))).toEqual([]);
    expect(stdout).not.toContain("::set-env name=PATH::x\n::");
    for (const markdown of [job.summary(), github.comments[0]?.body ?? ""]) {
      const tags = new Set(markdown.match(/<(?!!--)[^>]*>/g));
      for (const tag of ["<code>", "</code>"]) tags.delete(tag);
      expect([...tags]).toEqual([]);
      expect(markdown).not.toMatch(/\]\((?!https:\/\/github\.test\/)/);
    }
  });
});

describe("GitHub's refusals", () => {
  const warning = (stdout: string): string => commandsIn(stdout).find((line) => line.startsWith("::warning")) ?? "";

  test.each([
    ["no token", { token: null }, /GITHUB_TOKEN is not set/],
    ["a wrong token", { token: "ghs_other" }, /answered 401: Bad credentials\. The token is wrong/],
  ])("%s is a warning, and the verdict stands", async (_, options, said) => {
    const job = jobWith(options);
    const { code, stdout, stderr } = await publish(job, ciFolder([PASSING]));
    expect(code).toBe(0);
    expect(warning(stdout)).toMatch(said);
    expect(job.outputs()["verdict"]).toBe("pass");
    expect(`${stdout}${stderr}`).not.toContain("ghs_");
  });

  test("a token that may not write names the permission", async () => {
    github.refuse(`POST ${COMMENTS}`, { status: 403, message: "Resource not accessible by integration" });
    const { stdout } = await publish(jobWith(), ciFolder([PASSING]));
    expect(warning(stdout)).toContain("`permissions: { pull-requests: write }`");
  });

  test("a 502, a secondary limit and a limit that is soon over are waited for", async () => {
    const soon = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 1) };
    github.refuse(`GET ${COMMENTS}`, { status: 502, message: "Server Error" });
    github.refuse(
      `POST ${COMMENTS}`,
      { status: 403, message: "You have exceeded a secondary rate limit", headers: { "retry-after": "1" } },
      { status: 429, message: "API rate limit exceeded", headers: soon },
    );
    const { code, stdout, stderr } = await publish(jobWith(), ciFolder([PASSING]));
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("GitHub's rate limit: again in 1 s");
    expect(github.comments).toHaveLength(1);
    expect(stderr).not.toContain(TOKEN);
  });

  test("a limit of an hour is not waited for", async () => {
    const late = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 3600) };
    github.refuse(`GET ${COMMENTS}`, { status: 403, message: "API rate limit exceeded", headers: late });
    const { code, stdout } = await publish(jobWith(), ciFolder([PASSING]));
    expect(code).toBe(0);
    expect(warning(stdout)).toContain("API rate limit exceeded");
  });

  const html = { "content-type": "text/html" };
  const json = { "content-type": "application/json" };
  test.each([
    ["a page to log in at", { body: `<html>${TOKEN}</html>`, headers: html }],
    ["half an answer", { body: '[{"id": 1', headers: json }],
    ["null", { body: "null", headers: json }],
    ["something else", { body: '{"message": "hello"}', headers: json }],
    ["a list of something else", { body: '[null, 1, {"id": "x"}]', headers: json }],
    ["nothing", { status: 204, body: "" }],
  ])("%s in place of an answer is a warning, and nothing counts as written", async (_, refusal) => {
    for (const request of [`GET ${COMMENTS}`, `POST ${COMMENTS}`]) {
      github.refuse(request, { status: 200, message: "", ...refusal });
      const { code, stdout, stderr } = await publish(jobWith(), ciFolder([PASSING]));
      expect([code, stderr]).toEqual([0, ""]);
      expect(warning(stdout)).toContain("What answered is not GitHub's API. Is GITHUB_API_URL right");
      expect(stdout).not.toContain(TOKEN);
    }
  });

  test("the token follows no link to another host", async () => {
    const other = await startGithub();
    undo.push(() => other.stop());
    const link = `<${other.url}${COMMENTS}?page=2>; rel="next"`;
    github.refuse(`GET ${COMMENTS}`, { status: 200, message: "", body: "[]", headers: { ...json, link } });
    const { stdout } = await publish(jobWith(), ciFolder([PASSING]));
    expect(other.requests).toEqual([]);
    expect(warning(stdout)).toContain("no comment");
  });

  test("a list that never ends is given up after 100 pages", async () => {
    const link = `<${github.url}${COMMENTS}?page=2>; rel="next"`;
    const endless = { status: 200, message: "", body: "[]", headers: { ...json, link } };
    github.refuse(`GET ${COMMENTS}`, ...Array.from({ length: 200 }, () => endless));
    const { code, stdout } = await publish(jobWith(), ciFolder([PASSING]));
    expect([code, warning(stdout)]).toEqual([0, expect.stringContaining("more than 100 pages")]);
  });

  test("a refusal is told without the token that it repeats, and not at any length", async () => {
    github.refuse(`GET ${COMMENTS}`, { status: 403, message: `not with ${TOKEN}${" at all".repeat(1_000)}` });
    const { stdout } = await publish(jobWith(), ciFolder([PASSING]));
    expect(warning(stdout)).toContain("answered 403: not with *** at all");
    expect(warning(stdout).length).toBeLessThan(1_000);
  });

  test("nobody at the other end is a warning too", async () => {
    const { code, stdout } = await publish(jobWith({ apiUrl: "http://127.0.0.1:9" }), ciFolder([PASSING]));
    expect(code).toBe(0);
    expect(warning(stdout)).toContain("no comment");
  });
});

describe("the issue of a nightly run", () => {
  const nightly = (run: number, record: RunRecord) =>
    publish(jobWith({ run, event: "schedule" }), ciFolder([record]), "--issue");

  test("is opened once when the verdict turns, and closed when it turns back", async () => {
    expect((await nightly(1, PASSING)).stderr).toContain("issue: none is open, and none is needed");
    expect((await nightly(2, FAILING)).stderr).toContain("issue: opened");
    expect((await nightly(3, INCONCLUSIVE)).stderr).toContain("issue: still open");
    expect(github.issues.map(({ title, state }) => [title, state])).toEqual([
      ["proofload: perf-gate/gate no longer passes (fail)", "open"],
    ]);
    expect((await nightly(4, PASSING)).stderr).toContain("issue: closed");
    expect(github.issues.map(({ state }) => state)).toEqual(["closed"]);
    expect((await nightly(5, FAILING)).stderr).toContain("issue: opened");
    expect(github.issues.map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  test("is not closed by an earlier run that ends late", async () => {
    await nightly(5, FAILING);
    expect((await nightly(4, PASSING)).stderr).toContain("issue: left to a later run");
    expect(github.issues.map(({ state }) => state)).toEqual(["open"]);
  });

  test("needs a permission, which the warning names", async () => {
    github.refuse("POST /repos/o/r/issues", { status: 403, message: "Resource not accessible by integration" });
    expect((await nightly(2, FAILING)).stdout).toContain("`permissions: { issues: write }`");
  });
});
