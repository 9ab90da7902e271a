import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { collectWindow } from "../cli/gate/collect-window.ts";
import { planWindow } from "../cli/gate/plan-window.ts";
import { readCounters, readUp } from "../cli/pipeline/read-counters.ts";
import { judgeWindow } from "../gates/judge-window.ts";
import { seriesKey } from "../gates/counters/samples.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { OPEN_ACCESS } from "../lib/prometheus/access.ts";
import { createPrometheusClient } from "../lib/prometheus/client.ts";
import type { QueryOutcome, SeriesSamples } from "../lib/run/evidence.ts";
import type { GateEvidence, GateQuestion } from "../lib/run/gate-record.ts";
import { callGate, folderOf, sloText, verdictOf } from "./support/gate.ts";
import { startHistory } from "./support/history.ts";
import type { History, HistorySeries } from "./support/history.ts";

const DAY = 86_400;
const DAYS = 12;
const STEP = 300;
const FROM = Date.parse("2025-01-01T00:00:00Z") / 1000;
const TO = FROM + DAYS * DAY;
const SCRAPES = (TO - FROM) / STEP;

/** What happens to a service at a scrape, in twelve days. */
interface Service {
  readonly failsAt?: (scrape: number) => number;
  readonly resetsAt?: number;
  readonly isAwayAt?: (scrape: number) => boolean;
}

const SERVICES: Readonly<Record<string, Service>> = {
  healthy: { failsAt: (scrape) => (scrape % 400 === 0 ? 1 : 0) },
  // A series of failures is born on the sixth day.
  bursts: { failsAt: (scrape) => (scrape > 1700 && scrape % 300 < 40 ? 30 : 0) },
  restarts: { resetsAt: 2000 },
  hole: { isAwayAt: (scrape) => scrape >= 1000 && scrape < 1006 },
  late: { isAwayAt: (scrape) => scrape < 1500 },
  "late-failures": { failsAt: (scrape) => (scrape > 2500 ? 1 : 0) },
};

/** A service that is deployed each day. */
const DEPLOYED = "deployed";

let history: History;
const folder = folderOf(
  Object.fromEntries(
    [...Object.keys(SERVICES), DEPLOYED].map((name) => [
      `${name}.yaml`,
      sloText({
        name,
        part: `http_requests_total{service="${name}",status="500"}`,
        total: `http_requests_total{service="${name}"}`,
      }),
    ]),
  ),
);

beforeAll(async () => {
  const services = Object.entries(SERVICES).flatMap(([name, service]) => seriesOf(name, service));
  history = await startHistory([...services, ...deployedSeries()]);
}, 120_000);
afterAll(async () => {
  await history?.stop();
  folder.remove();
});

/** Two pods of a service, of which the second one is what something happens to. */
function seriesOf(service: string, { failsAt, resetsAt, isAwayAt }: Service): readonly HistorySeries[] {
  return [0, 1].flatMap((pod) => {
    const labels = { job: service, instance: `${service}-${pod}:80` };
    const up: (readonly [number, number])[] = [];
    const [good, bad]: (readonly [number, number])[][] = [[], []];
    let [goods, bads] = [0, 0];
    for (let scrape = -1; scrape <= SCRAPES; scrape += 1) {
      const at = FROM + scrape * STEP + pod * 7;
      if (pod === 1 && scrape === resetsAt) [goods, bads] = [0, 0];
      goods += 100;
      bads += failsAt?.(scrape) ?? 0;
      if (isAwayAt?.(scrape) === true && (pod === 1 || scrape < 1500)) continue;
      up.push([at, 1]);
      good?.push([at, goods]);
      // Born when it first counts.
      if (bads > 0) bad?.push([at, bads]);
    }
    const counter = (status: string, samples: HistorySeries["samples"]): HistorySeries => ({
      labels: { __name__: "http_requests_total", service, status, ...labels },
      samples,
    });
    return [
      { labels: { __name__: "up", ...labels }, samples: up },
      counter("200", good ?? []),
      ...(bad === undefined || bad.length === 0 ? [] : [counter("500", bad)]),
    ];
  });
}

/** Two pods, which others replace at each day's end: the second one a scrape after the first. */
function deployedSeries(): readonly HistorySeries[] {
  const perDay = DAY / STEP;
  return [0, 1].flatMap((pod) =>
    Array.from({ length: DAYS }, (_, day): readonly HistorySeries[] => {
      const labels = { job: DEPLOYED, service: DEPLOYED, instance: `${DEPLOYED}-${day}-${pod}:80` };
      const first = day === 0 ? -1 : day * perDay + pod;
      const last = day === DAYS - 1 ? SCRAPES : (day + 1) * perDay + pod;
      const times = Array.from({ length: last - first + 1 }, (_none, index) => FROM + (first + index) * STEP + pod * 7);
      const one = (name: string, value: (index: number) => number, more: Readonly<Record<string, string>> = {}) => ({
        labels: { __name__: name, ...labels, ...more },
        samples: times.map((at, index) => [at, value(index)] as const),
      });
      return [
        one("up", () => 1),
        one("process_start_time_seconds", () => (times[0] ?? 0) - 60),
        one("http_requests_total", (index) => 20 + 100 * index, { status: "200" }),
        one("http_requests_total", (index) => Math.floor(index / 100), { status: "500" }),
      ];
    }).flat(),
  );
}

function sorted(outcome: QueryOutcome): QueryOutcome {
  if (outcome.kind !== "ok") return outcome;
  const key = ({ labels }: SeriesSamples): string => seriesKey(labels);
  return { ...outcome, series: outcome.series.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}
const inOrder = (evidence: GateEvidence): GateEvidence => ({
  ...evidence,
  counters: evidence.counters.map((one) => ({ ...one, outcome: sorted(one.outcome) })),
  up: sorted(evidence.up),
});
const samplesIn = ({ counters, up }: GateEvidence): number =>
  [...counters.map(({ outcome }) => outcome), up]
    .flatMap((outcome) => (outcome.kind === "ok" ? outcome.series : []))
    .reduce((sum, { samples }) => sum + samples.length, 0);

describe("a window of twelve days", () => {
  test("is judged by a part of its samples, exactly as by all of them", async () => {
    const env = createNodeEnv();
    const client = createPrometheusClient(env, history.url);
    const question: GateQuestion = {
      window: { from: FROM, to: TO },
      relative: false,
      ...planWindow({ cwd: folder.dir }, { slo: ["."], gate: undefined, labels: {}, confidence: null }),
    };
    const asked = { env, client, access: OPEN_ACCESS, question, labels: {}, scrapeIntervalSeconds: null };
    const say = (): void => undefined;
    const evidence = inOrder(await collectWindow({ ...asked, say, sayAtLength: say }));
    const counters = await readCounters(client, question.objectives, evidence.read);
    const all = inOrder({ ...evidence, counters, ...(await readUp(client, counters, evidence.read)) });
    const verdict = judgeWindow(evidence);
    expect(verdict).toEqual(judgeWindow(all));
    const codes = verdict.objectives.map(({ slo, verdict: word, reason }) => [slo, word, reason.code]);
    expect(Object.fromEntries(codes.map(([slo, ...rest]) => [slo, rest.join(" ")]))).toEqual({
      [DEPLOYED]: "inconclusive window-not-covered",
      healthy: "pass interval-inside",
      bursts: "fail interval-outside",
      restarts: "inconclusive counter-reset",
      hole: "inconclusive window-not-covered",
      late: "inconclusive window-not-covered",
      "late-failures": "pass interval-inside",
    });
    // A pod's failure at the scrape from which it is counted was before the window.
    expect(verdict.objectives.find(({ slo }) => slo === "healthy")?.events?.total).toBe(2 * SCRAPES * 100 + 8 + 9);
    expect(samplesIn(evidence)).toBeLessThan(samplesIn(all) / 1.5);
  });

  test("in which a service is deployed each day is judged where restarts are allowed", async () => {
    const words = `--slo ${DEPLOYED}.yaml --prometheus ${history.url} --from ${FROM} --to ${TO} --json`.split(" ");
    const refused = verdictOf(await callGate(folder.dir, words));
    expect(refused).toMatchObject({
      verdict: "inconclusive",
      objectives: [{ reason: { code: "window-not-covered" } }],
    });
    const { verdict, objectives } = verdictOf(await callGate(folder.dir, [...words, "--allow-restarts"]));
    expect([verdict, objectives[0]?.reason.code]).toEqual(["pass", "interval-inside"]);
    const { events, excused, instancesSeen } = objectives[0] ?? {};
    expect([instancesSeen?.length, excused?.length]).toEqual([2 * DAYS, 2 * (DAYS - 1)]);
    // Each pod that came had counted 20 by its first scrape; each that left may have done a hundred more until it was missed.
    const [came, left] = [2 * (DAYS - 1), 2 * (DAYS - 1)];
    const failures = events === undefined || events === null ? Number.NaN : events.total - events.good;
    expect(events?.good).toBe(2 * SCRAPES * 100 + came * 20);
    expect(failures).toBeGreaterThan(left * 100);
    expect(failures).toBeLessThan(left * 103 + (2 * SCRAPES) / 100);
  });

  test("says how many samples it is judged by", async () => {
    const words = `--slo healthy.yaml --prometheus ${history.url} --from ${FROM} --to ${TO}`.split(" ");
    const answer = await callGate(folder.dir, [...words, "--json"]);
    expect(verdictOf(answer)).toMatchObject({ verdict: "pass", prometheus: { scrapeIntervalSeconds: STEP } });
    const { stdout } = await callGate(folder.dir, [...words, "--explain", "healthy"]);
    expect(stdout).toContain(`healthy/healthy-0:80: ${SCRAPES + 2} scrapes, 0 failed`);
  });
});
