import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { readExperimentVerdict, ROOT, startCli } from "./support/cli.ts";

const env = createNodeEnv();
let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "proofload-alerts-"));
  cpSync(join(ROOT, "tests", "project"), project, { recursive: true });
});
const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).toReversed()) step();
  rmSync(project, { recursive: true, force: true });
});

const RULES = `groups:
  - name: store
    rules:
      - { alert: StoreDown, expr: 'up{job="store"} == 0', for: 1s }
      - { alert: ApiDown, expr: 'up{job="api"} == 0', for: 2s }
      - { alert: NeverThere, expr: 'vector(0) > 1' }
`;

/** The store dies for six seconds, of which its alert fires three at the least; `alerts` are what the experiment says of alerts, `prometheus` what the project says of its Prometheus. */
async function play(alerts: string, prometheus = "") {
  writeFileSync(join(project, "rules.yaml"), RULES);
  const yaml = join(project, "proofload.yaml");
  const text = readFileSync(yaml, "utf8").replace("delay-ms=200", "delay-ms=6000");
  writeFileSync(
    yaml,
    text.replace("  environments:", `  prometheus: { rules: [rules.yaml]${prometheus} }\n  environments:`),
  );
  writeFileSync(
    join(project, "chaos", "experiments", "dead.yaml"),
    `apiVersion: proofload.dev/v1
kind: Experiment
metadata: { name: dead }
spec:
  title: dead
  hypothesis: People are told.
  baseline: 2s
  faults:
    - { name: it, kind: process-kill, target: process/store, hold: 3s, recovery: 12s, settings: { recoversWithin: 20s } }
  alerts:
${alerts}`,
  );
  const cli = startCli(["chaos", "run", "dead"], { cwd: project });
  undo.push(() => {
    cli.kill("SIGKILL");
    cli.remove();
  });
  const code = await cli.ended;
  const dir = await cli.runDir();
  const verdict = readExperimentVerdict(dir);
  return {
    code,
    out: cli.stdout(),
    err: cli.stderr(),
    verdict,
    summary: readFileSync(join(dir, "summary.md"), "utf8"),
  };
}

test("an alert that fires for a fault and resolves after it passes, with the time to detect and its uncertainty", async () => {
  const played =
    await play(`    expected: [{ name: StoreDown, labels: { job: store }, within: 8s, resolvesWithin: 10s }]
    forbidden: [{ name: ApiDown }]
`);
  expect([played.code, played.err]).toEqual([0, expect.stringContaining("alert StoreDown: firing (prometheus)")]);
  expect(played.verdict.alerts).toMatchObject([
    { alert: "StoreDown", verdict: "pass" },
    { alert: "ApiDown", verdict: "pass" },
  ]);
  const { toDetect, alertPending, alertFiring } = played.verdict.faults[0]?.times ?? {};
  expect(toDetect?.seconds).toBeGreaterThan(1);
  expect(toDetect?.seconds).toBeLessThan(8);
  expect(toDetect?.uncertaintySeconds).toBeGreaterThan(0);
  expect(alertFiring?.at ?? 0).toBeGreaterThan(alertPending?.at ?? Number.POSITIVE_INFINITY);
  expect(played.summary).toMatch(/### Times\n\n.*To detect/);
});

test("an alert that does not fire fails the experiment, and so does one that must not", async () => {
  const played = await play(`    expected: [{ name: NeverThere, within: 5s }]
    forbidden: [{ name: StoreDown }]
`);
  expect(played.code).toBe(1);
  expect(played.verdict.reasons.map(({ code }) => code)).toEqual(["alert-missed", "alert-forbidden"]);
});

test("a real Alertmanager gets the alert, and tells of it", async (context) => {
  const program = ["prometheus-alertmanager", "alertmanager"]
    .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (program === undefined) {
    if (process.env["CI"] === "true") throw new Error("CI must have prometheus-alertmanager");
    return context.skip("no alertmanager on PATH");
  }
  const { web } = await findFreePorts(["web"]);
  const config = join(project, "alertmanager.yml");
  writeFileSync(config, "route: { receiver: none, group_wait: 0s }\nreceivers: [{ name: none }]\n");
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(project, "am")}`,
      `--web.listen-address=127.0.0.1:${web}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  undo.push(() => child.kill("SIGKILL"));
  expect(await waitUntilReady(env, `http://127.0.0.1:${web}/-/ready`, { timeoutMs: 60_000 })).toBe(true);
  const played = await play(
    "    expected: [{ name: StoreDown, within: 9s }]\n",
    `, alertmanager: "http://127.0.0.1:${web}"`,
  );
  expect([played.code, played.err]).toEqual([0, expect.stringContaining("alert StoreDown: firing (alertmanager)")]);
});

test("an Alertmanager that does not answer leaves the verdict open", async () => {
  const played = await play("    forbidden: [{ name: ApiDown }]\n", ', alertmanager: "http://127.0.0.1:9"');
  expect([played.code, played.out]).toEqual([3, expect.stringContaining("alerts could not be seen")]);
});
