import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { judgeWindow } from "../../gates/judge-window.ts";
import type { GateEvidence } from "../../lib/run/gate-record.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";
import { sloText } from "../support/gate.ts";
import { fail, refused, unknown } from "./case.ts";
import type { Case, Outcome } from "./case.ts";
import { none, target, TO } from "./series.ts";
import { AVAILABILITY, leftIn, outcomeOf } from "./world.ts";
import type { World } from "./world.ts";

type Wrong = readonly [number: number, name: string, more: readonly string[], says: RegExp];
type Files = Readonly<Record<`${string}.yaml`, string>>;

const OPTIONS: readonly Wrong[] = [
  [38, "no SLO file", ["--slo", "none.yaml"], /there is no none\.yaml/],
  [39, "a label that is none", ["--label", "x"], /--label: expected a label/],
  [39, "a confidence in percent", ["--confidence", "95"], /--confidence: expected a share/],
  [39, "a window that is the wrong way round", ["--from", String(TO), "--to", String(TO - 9)], /is not before --to/],
  [39, "a window in the future", ["--to", "2999-01-01T00:00:00Z"], /is in the future/],
  [39, "milliseconds", ["--from", "1735725600000"], /looks like milliseconds/],
  [39, "a day that there is not", ["--from", "2024-02-30T00:00:00Z"], /expected a time/],
];

const AVAILABLE = sloText(AVAILABILITY);
const gate = (spec: string): string =>
  `apiVersion: proofload.dev/v1\nkind: Gate\nmetadata: { name: g }\nspec:\n  confidence: 0.95\n  ${spec}\n`;

const FILES: readonly (readonly [number: number, name: string, files: Files, says: RegExp])[] = [
  [38, "an SLO file with nothing in it", { "slo.yaml": "" }, /slo\.yaml/],
  [
    38,
    "an SLO without objectives",
    { "slo.yaml": AVAILABLE.replace(/objectives: .*/, "objectives: []") },
    /objectives/,
  ],
  [38, "a gate without objectives", { "slo.yaml": AVAILABLE, "gate.yaml": gate("objectives: []") }, /objectives/],
  [39, "a misspelt key", { "slo.yaml": AVAILABLE.replace("target:", "traget:") }, /did you mean 'target'/],
  [39, "a target in percent", { "slo.yaml": AVAILABLE.replace("0.99", "99") }, /0\.99/],
  [
    39,
    "a gate that misspells its SLO",
    { "slo.yaml": AVAILABLE, "gate.yaml": gate("objectives: [{ slo: availabilty, phases: [baseline] }]") },
    /did you mean 'availability'/,
  ],
  [
    39,
    "good events that are all events, copied from one line to the other",
    { "slo.yaml": sloText({ name: "x", kind: "good", part: 'a_total{x="1",y="2"}', total: 'a_total{y="2",x="1"}' }) },
    /it is the same as total/,
  ],
  [
    12,
    "bad events that can't be, for their matchers contradict each other",
    { "slo.yaml": sloText({ ...AVAILABILITY, part: 'http_requests_total{status="500",status!~"5.."}' }) },
    /no series can fit: its matchers of status contradict each other/,
  ],
  [
    35,
    "the bucket of all requests, taken for that of the quick ones",
    {
      "slo.yaml": sloText({
        name: "latency",
        kind: "good",
        part: 'latency_seconds_bucket{le="+Inf"}',
        total: "latency_seconds_count",
      }),
    },
    /expected a bucket with a finite edge/,
  ],
];

/** Twenty services, one of which failed a little more often than it may: by chance, as one of twenty does. */
const TWENTY = Array.from({ length: 20 }, (_, index) => `s${index}`);

const chance: Case = {
  number: 45,
  name: "twenty objectives, one of which looks missed by chance",
  series: TWENTY.map((job, index) =>
    target({ job, ok: (i) => 15 * i - Math.floor(i / 4), failed: index === 0 ? (i) => Math.floor(i / 3) : none }),
  ),
  expected: unknown("fail-not-significant"),
  ask: async (world, label) => {
    const slos = TWENTY.map((job) =>
      sloText({
        name: `availability-${job}`,
        part: `http_requests_total{job="${job}",status="500"}`,
        total: `http_requests_total{job="${job}"}`,
      }),
    );
    return outcomeOf(await world.ask({ label, dir: world.project({ "slo.yaml": slos.join("---\n") }) }));
  },
};

async function passFirst(world: World, label: string): Promise<string> {
  const dir = world.project();
  const first = await world.ask({ dir, label, more: ["--json", "--out", "out"] });
  if (first.exitCode !== 0 || !leftIn(dir, "verdict.json").includes('"pass"')) throw new Error("expected a pass first");
  return dir;
}

const CASES: readonly Case[] = [
  chance,
  {
    number: 38,
    name: "an SLO that is missed, in a folder inside of the folder that is asked about",
    series: [target({ failed: (i) => 4 * i, more: { 'other_total status="200"': (i) => 75 * i } })],
    expected: fail,
    ask: async (world, label) => {
      const other = { name: "other", kind: "good", part: 'other_total{status="200"}', total: "other_total" } as const;
      const dir = world.project({ "other.yaml": sloText(other) });
      mkdirSync(join(dir, "team", "api"), { recursive: true });
      writeFileSync(join(dir, "team", "api", "slo.yaml"), AVAILABLE);
      const answer = await world.ask({ label, dir, more: ["--json", "--slo", "."] });
      const { objectives } = JSON.parse(answer.stdout) as GateVerdict;
      const outcome = outcomeOf(answer);
      return { ...outcome, code: objectives.find(({ slo }) => slo === "availability")?.reason.code ?? null };
    },
  },
  {
    number: 46,
    name: "evidence on which the judge breaks",
    series: [target()],
    expected: ["error", "internal-error", 70],
    ask: async (world, label) => {
      const evidence = JSON.parse(leftIn(await passFirst(world, label), "evidence.json")) as GateEvidence;
      const broken = { ...evidence, counters: [{ ...evidence.counters[0], outcome: { kind: "ok" } }] };
      const { verdict, reasons, exitCode } = judgeWindow(broken as unknown as GateEvidence);
      return { verdict, code: reasons[0]?.code ?? null, exitCode, message: reasons[0]?.message ?? "" };
    },
  },
  {
    number: 47,
    name: "a verdict that is there from before, when the next question is wrong",
    series: [target()],
    expected: refused,
    says: /there is no none\.yaml/,
    ask: async (world, label): Promise<Outcome> => {
      const dir = await passFirst(world, label);
      const answer = await world.ask({ dir, label, more: ["--json", "--out", "out", "--slo", "none.yaml"] });
      const left = ["verdict.json", "evidence.json", "report.html", "summary.md", "junit.xml"].filter((file) =>
        existsSync(join(dir, "out", file)),
      );
      return {
        ...outcomeOf(answer),
        ...(left.length === 0 ? {} : { verdict: "pass", message: `left: ${left.join()}` }),
      };
    },
  },
  {
    number: 47,
    name: "a verdict that is there from before, while the next question is still asked",
    series: [target()],
    expected: unknown("query-failed"),
    ask: async (world, label): Promise<Outcome> => {
      const dir = await passFirst(world, label);
      let seen = 0;
      const url = await world.proxy((_, response) => {
        seen += existsSync(join(dir, "out", "verdict.json")) ? 1 : 0;
        response.writeHead(404).end("{}");
      });
      const answer = await world.ask({ dir, label, url, more: ["--json", "--out", "out"] });
      return { ...outcomeOf(answer), ...(seen === 0 ? {} : { verdict: "pass", message: "the old verdict was there" }) };
    },
  },
  {
    number: 48,
    name: "a result that is not known is an error in JUnit, not one that was skipped",
    series: [target({ ok: () => 1000 })],
    expected: unknown("no-traffic"),
    ask: async (world, label): Promise<Outcome> => {
      const dir = world.project();
      const outcome = outcomeOf(await world.ask({ dir, label, more: ["--json", "--out", "out"] }));
      const junit = leftIn(dir, "junit.xml");
      const red = /<error /.test(junit) && !/skipped="[1-9]|<skipped/.test(junit);
      return { ...outcome, ...(red ? {} : { verdict: "pass", message: junit }) };
    },
  },
  {
    number: 48,
    name: "one objective that is met beside one that is missed",
    series: [
      target({
        failed: (i) => 4 * i,
        more: { 'latency_seconds_bucket le="0.25"': (i) => 100 * i, latency_seconds_count: (i) => 100 * i },
      }),
    ],
    expected: fail,
    ask: async (world, label) => {
      const quick = { kind: "good", part: 'latency_seconds_bucket{job="api",le="0.25"}' } as const;
      const slos = [AVAILABILITY, { ...quick, name: "latency", total: 'latency_seconds_count{job="api"}' }].map(
        sloText,
      );
      return outcomeOf(await world.ask({ label, dir: world.project({ "slo.yaml": slos.join("---\n") }) }));
    },
  },
];

/** Questions that are wrong, and what is left of earlier ones. */
export const QUESTION_CASES: readonly Case[] = [
  ...OPTIONS.map(([number, name, more, says]): Case => ({
    number,
    name,
    says,
    expected: refused,
    ask: async (world, label) => outcomeOf(await world.ask({ label, more: ["--json", ...more] })),
  })),
  ...FILES.map(([number, name, files, says]): Case => ({
    number,
    name,
    says,
    expected: refused,
    ask: async (world, label) => {
      const byGate = "gate.yaml" in files ? ["--gate", "gate.yaml"] : [];
      return outcomeOf(await world.ask({ label, dir: world.project(files), more: ["--json", ...byGate] }));
    },
  })),
  ...CASES,
];
