import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

import type { CiRecord } from "../lib/run/ci-record.ts";
import { PASSING } from "../reports/testing/fixtures.ts";
import { createCiFolder } from "./support/ci-folder.ts";
import { readVerdict, ROOT } from "./support/cli.ts";
import { createGithubJob } from "./support/github-job.ts";
import type { GithubJob } from "./support/github-job.ts";
import { startGithub } from "./support/github.ts";
import type { FakeGithub } from "./support/github.ts";
import { checkOutAction, playAction } from "./support/play-action.ts";

let checkout: ReturnType<typeof checkOutAction>;
let github: FakeGithub;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  checkout = checkOutAction();
  github = await startGithub();
});
afterAll(async () => {
  checkout.remove();
  await github.stop();
});
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
  github.comments.length = 0;
});

const page = readFileSync(join(ROOT, "docs", "ci.md"), "utf8");

/** The files that docs/ci.md shows, by their names. */
function filesOf(markdown: string): ReadonlyMap<string, string> {
  return new Map(
    [...markdown.matchAll(/`([\w./-]+)`:\n\n```\w+\n(.*?)```/gs)].map(([, name = "", text = ""]) => [name, text]),
  );
}

/** A throw-away repository with what docs/ci.md shows, and changes to it. */
function repository(changes: Readonly<Record<string, (text: string) => string>> = {}): GithubJob {
  const job = createGithubJob({ apiUrl: github.url, title: 'x" $(touch pwned) <script>alert(1)</script>' });
  undo.push(() => job.remove());
  for (const [name, text] of filesOf(page)) {
    const file = join(job.workspace, name);
    mkdirSync(dirname(file), { recursive: true });
    const changed = changes[name]?.(text) ?? text;
    if (changes[name] !== undefined && changed === text) throw new Error(`${name} was not changed`);
    writeFileSync(file, changed);
  }
  return job;
}

/** What docs/ci.md's workflow gives the action. */
function inputsOf(workflow: string): Record<string, string> {
  const { jobs } = parse(workflow) as {
    jobs: { gate: { steps: { uses: string; with: Record<string, string> }[] } };
  };
  const step = jobs.gate.steps.find(({ uses }) => uses.startsWith("OWNER/proofload/.github/actions/proofload@"));
  if (step === undefined) throw new Error("the workflow of docs/ci.md does not use the action");
  return step.with;
}

const vars = (job: GithubJob): Record<string, string> => ({ PROOFLOAD_STATE_DIR: join(job.dir, "state") });
const records = (job: GithubJob): CiRecord =>
  JSON.parse(readFileSync(join(job.workspace, ".proofload", "ci", "ci.json"), "utf8")) as CiRecord;

describe("docs/ci.md, followed literally", () => {
  test("gates a service in Python: proven, told, uploaded, green", async () => {
    expect([...filesOf(page).keys()]).toEqual([
      "app.py",
      "proofload.yaml",
      "scenarios/ci.ts",
      "gates/slo/availability.yaml",
      "gates/pr.yaml",
      "chaos/experiments/slow-network.yaml",
      ".github/workflows/proofload.yml",
    ]);
    const job = repository();
    const inputs = inputsOf(readFileSync(join(job.workspace, ".github", "workflows", "proofload.yml"), "utf8"));
    const played = await playAction(checkout.dir, job, inputs, { vars: vars(job) });
    expect([played.conclusion, played.stdout]).toEqual(["success", expect.stringContaining("PASS")]);
    expect(played.outputs).toEqual({ verdict: "pass", "exit-code": "0", runs: ".proofload/ci" });
    expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining("## ✅ Pass: ")]);
    expect(github.comments[0]?.body).toContain("fault/latency");
    expect(github.comments[0]?.body).not.toContain("script>");
    expect(job.summary()).toContain("## ✅ Pass: ");
    expect(existsSync(join(job.workspace, "pwned"))).toBe(false);
    const [run] = records(job).runs;
    expect(readdirSync(join(played.artifact ?? "", run?.runIds[0] ?? ""))).toEqual(
      expect.arrayContaining(["report.html", "junit.xml", "verdict.json", "evidence.json"]),
    );
    expect(played.used["actions/cache"]).toMatchObject({
      path: expect.stringContaining("proofload"),
      key: expect.stringMatching(/^proofload-tools-Linux-X64-[0-9a-f]{16}$/),
    });
  });

  test("has a table of exactly the action's inputs and outputs", () => {
    const action = parse(readFileSync(join(ROOT, ".github", "actions", "proofload", "action.yml"), "utf8")) as {
      inputs: object;
      outputs: object;
    };
    const rows = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual([...Object.keys(action.inputs), ...Object.keys(action.outputs)]);
  });
});

describe("the action", () => {
  test("is red for a service that fails, once, with an annotation at the SLO and everything published", async () => {
    const job = repository({
      // Whatever else this machine does: the answers are wrong, not late.
      "proofload.yaml": (text) => `${text}  limits:\n    maxOthersCpuShare: 1\n`,
      "app.py": (text) =>
        text.replace(
          'code = 200 if self.path in ("/", "/health") else 404',
          'code = 200 if self.path == "/health" or counts["200"] < 900 else 404',
        ),
    });
    const played = await playAction(checkout.dir, job, {}, { vars: vars(job) });
    expect([played.conclusion, played.outputs["verdict"], played.outputs["exit-code"]]).toEqual([
      "failure",
      "fail",
      "1",
    ]);
    expect(played.stdout).toMatch(
      /^::error file=gates\/slo\/availability\.yaml,line=\d+,title=proofload ci%3A availability in baseline%3A Fail::/m,
    );
    // On a busy machine a miss may be undecided at first; a fail is the end of it.
    const verdicts = (records(job).runs[0]?.runIds ?? []).map(
      (id) => readVerdict(join(played.artifact ?? "", id)).verdict,
    );
    expect([verdicts.at(-1), verdicts.filter((verdict) => verdict === "fail").length]).toEqual(["fail", 1]);
    expect(github.comments[0]?.body).toContain("## ❌ Fail: ");
    expect(played.artifact).not.toBeNull();
  });

  test("is red for an inconclusive service, after the one repeat that the gate allows, and shows both tries", async () => {
    const job = repository({
      "gates/slo/availability.yaml": (text) => text.replace("target: 0.98", "target: 0.9999"),
      // The tries stay however few runs are kept.
      "proofload.yaml": (text) => text.replace("\nspec:\n", "\nspec:\n  runs: { keep: 1 }\n"),
    });
    const played = await playAction(checkout.dir, job, {}, { vars: vars(job) });
    expect([played.conclusion, played.outputs["verdict"], played.outputs["exit-code"]]).toEqual([
      "failure",
      "inconclusive",
      "3",
    ]);
    const [run] = records(job).runs;
    expect(readdirSync(played.artifact ?? "").filter((name) => run?.runIds.includes(name))).toHaveLength(2);
    expect(github.comments[0]?.body).toContain("try 2 of at most 2");
    expect(github.comments[0]?.body).toMatch(/### What to do\n\n- <code>[\w-]+<\/code> .*events/);
  });

  test("publishes nothing of the log of a service that does not start, and none of it is a command", async () => {
    const job = repository({
      "app.py": () =>
        'print("PASSWORD=hunter2\\n::warning::pwned\\r  ::notice::pwned", flush=True)\nraise SystemExit(3)\n',
    });
    const played = await playAction(checkout.dir, job, {}, { vars: vars(job) });
    expect([played.conclusion, played.outputs["exit-code"]]).toEqual(["failure", "4"]);
    expect(played.stdout).toContain("| PASSWORD=hunter2");
    expect(played.stdout).not.toMatch(/^\s*::(?:warning|notice)::/m);
    expect(played.stdout).toMatch(/^::error title=.*app ended at once \(exit code 3\)/m);
    for (const text of [job.summary(), github.comments[0]?.body, /^::error.*$/m.exec(played.stdout)?.[0]]) {
      expect(text).toContain("app.log");
      expect(text).not.toMatch(/hunter2|pwned/);
    }
  });

  test("is red when an experiment is not there, before anything is played", async () => {
    const job = repository();
    const played = await playAction(
      checkout.dir,
      job,
      { experiments: "slow-network slow-netwrk" },
      { vars: vars(job) },
    );
    expect([played.conclusion, played.outputs["exit-code"]]).toEqual(["failure", "2"]);
    expect(played.stdout).toContain("slow-netwrk");
    expect(records(job).runs.map(({ runIds }) => runIds)).toEqual([[], []]);
    expect(github.comments[0]?.body).toContain("slow-netwrk");
  });

  test("takes nothing of its inputs for a command", async () => {
    const job = repository();
    const played = await playAction(
      checkout.dir,
      job,
      { scenario: "$(touch pwned)`touch pwned`; touch pwned", experiments: "$(touch pwned) * ;" },
      { vars: vars(job) },
    );
    expect(played.conclusion).toBe("failure");
    expect(existsSync(join(job.workspace, "pwned"))).toBe(false);
  });

  // On a runner of one's own, or where somebody committed it.
  test.each([
    ["an experiment that is named twice", { experiments: "slow-network slow-network" }, "2"],
    ["a scenario that is an option", { scenario: "--help" }, "2"],
    ["an experiment that is an option", { experiments: "slow-network --help" }, "2"],
    ["a gate that is an option", { gate: "--version" }, "2"],
  ])("does not take an earlier job's pass for its own after %s", async (_, inputs, exitCode) => {
    const job = repository();
    const earlier = createCiFolder([PASSING]);
    undo.push(() => earlier.remove());
    cpSync(earlier.dir, join(job.workspace, ".proofload", "ci"), { recursive: true });
    const played = await playAction(checkout.dir, job, inputs, { vars: vars(job) });
    expect([played.conclusion, played.outputs["verdict"], played.outputs["exit-code"]]).toEqual([
      "failure",
      "error",
      expect.stringMatching(`^(?:${exitCode}|4)$`),
    ]);
    expect(job.summary()).not.toContain("✅");
    expect(github.comments.map(({ body }) => body)).toEqual([expect.not.stringContaining("✅")]);
  });

  test("does not take the pass of another `proofload ci` in the same folder for its own", async () => {
    const job = repository({ "app.py": () => "import time\ntime.sleep(4)\nraise SystemExit(3)\n" });
    const other = createCiFolder([PASSING]);
    undo.push(() => other.remove());
    const dir = join(job.workspace, ".proofload", "ci");
    const playing = playAction(checkout.dir, job, {}, { vars: vars(job) });
    await expect.poll(() => existsSync(join(dir, "ci.json")), { timeout: 120_000, interval: 20 }).toBe(true);
    await expect.poll(() => readdirSync(dir).length, { timeout: 120_000, interval: 20 }).toBeGreaterThan(1);
    cpSync(other.dir, dir, { recursive: true });
    const played = await playing;
    expect([played.conclusion, played.stdout]).toEqual([
      "failure",
      expect.stringContaining("Give each its own --out."),
    ]);
  });

  test.each([
    ["0", "0", 0],
    ["2", "0", 2],
    ["0", "3", 3],
    ["1", "4", 4],
    ["", "0", 4],
    ["0", "", 4],
    ["", "", 4],
  ])("whose run ended with '%s' and whose folder says '%s' ends with %i", (played, published, exitCode) => {
    const script = join(ROOT, ".github", "actions", "proofload", "decide.sh");
    const env = { PATH: process.env["PATH"], PLAYED: played, PUBLISHED: published };
    expect(spawnSync("bash", [script], { env }).status).toBe(exitCode);
  });

  test("has a comment for each of a matrix, told apart by their artifacts", async () => {
    for (const artifact of ["proofload-shop", "proofload-till"]) {
      await playAction(checkout.dir, repository(), { scenario: "none", "artifact-name": artifact });
    }
    expect(github.comments.map(({ body }) => body.split(" run=")[0])).toEqual([
      "<!-- proofload key=perf-gate/gate/proofload-shop",
      "<!-- proofload key=perf-gate/gate/proofload-till",
    ]);
  });

  test("publishes also what was cancelled, with no fault left, and is red", async () => {
    const job = repository();
    const played = await playAction(
      checkout.dir,
      job,
      { experiments: "slow-network" },
      { vars: vars(job), cancelDuring: "run" },
    );
    expect(played.conclusion).toBe("failure");
    expect(played.outputs["verdict"]).not.toBe("pass");
    expect(["130", "4"]).toContain(played.outputs["exit-code"]);
    expect(job.summary()).not.toBe("");
    expect(github.comments).toHaveLength(1);
  });
});
