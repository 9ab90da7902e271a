import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { median, medianAbsoluteDeviation } from "simple-statistics";

import { sloText } from "../../tests/support/gate.ts";
import { startHistory } from "../../tests/support/history.ts";
import type { HistorySeries } from "../../tests/support/history.ts";
import { runWatched } from "./watched.ts";

const OBJECTIVES = 200;
const PODS = 5;
/** Series of an objective's total: pods × handlers × statuses. */
const SIZES = [10, 50] as const;
const ALL_SERIES = 100_000;
const ROUNDS = 7;
const FROM = Date.parse("2025-01-01T10:00:00Z") / 1000;
const SECONDS = 600;
const TO = FROM + SECONDS;
const STEP = 15;

/**
 * `proofload gate` on 200 objectives over ten minutes of a Prometheus with 100,000 series, beside one aggregated query each by curl, and beside the raw samples by curl, one after
 * another: wall time as ratios, in turns, and peak memory. Once with few series per objective, once with many. The first round warms up and does not count.
 */
export async function gateBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const history = await startHistory(allSeries());
  try {
    for (const size of SIZES) await compare(size, history.url, dir);
  } finally {
    await history.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const OWN = "proofload gate";

async function compare(size: number, url: string, dir: string): Promise<void> {
  const slos = join(dir, `slo-${size}`);
  mkdirSync(slos);
  for (const service of servicesOf(size))
    writeFileSync(
      join(slos, `${service}.yaml`),
      sloText({ name: service, part: bad(service), total: total(service), target: 0.9 }),
    );
  const curls = (queries: (service: string) => readonly string[]): readonly (readonly string[])[] =>
    servicesOf(size)
      .flatMap(queries)
      .map((query) => curl(url, query));
  const gate = [process.execPath, join(process.cwd(), "dist", "proofload.js"), "gate", "--slo", slos];
  const ways = [
    {
      name: "one aggregated query each, by curl",
      commands: curls((of) => [`sum(increase(${total(of)}[10m])) - sum(increase(${bad(of)}[10m]))`]),
    },
    {
      name: "raw samples of total and bad, by curl",
      commands: curls((of) => [`${total(of)}[10m]`, `${bad(of)}[10m]`]),
    },
    { name: OWN, commands: [[...gate, "--prometheus", url, "--from", String(FROM), "--to", String(TO), "--json"]] },
  ];
  const seconds = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  let megabytes = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    // Each goes first as often as the others: what the one before left behind is the same for all.
    const turn = round % ways.length;
    for (const { name, commands } of [...ways.slice(turn), ...ways.slice(0, turn)]) {
      const start = performance.now();
      for (const argv of commands) {
        const peak = await runWatched(argv);
        if (name === OWN) megabytes = Math.max(megabytes, peak);
      }
      if (round > 0) seconds.get(name)?.push((performance.now() - start) / 1000);
    }
  }
  console.log(
    `${OBJECTIVES} objectives of ${size} series over ${SECONDS} s, ${ALL_SERIES} series in all: median of ${ROUNDS} rounds (± median absolute deviation)`,
  );
  const own = seconds.get(OWN) ?? [];
  for (const [name, values] of seconds) {
    const ratios = own.map((value, index) => value / (values[index] ?? Number.NaN));
    const ratio = name === OWN ? "" : `; proofload gate takes ${spread(ratios)} of it`;
    console.log(`  ${spread(values)} s  ${name}${ratio}`);
  }
  console.log(`  ${megabytes.toFixed(0)} MB at most, proofload gate`);
}

function spread(values: readonly number[]): string {
  return `${median([...values]).toFixed(2)} ± ${medianAbsoluteDeviation([...values]).toFixed(2)}`;
}

/** Fails where the answer is no success. */
function curl(url: string, query: string): readonly string[] {
  const asked = ["--data-urlencode", `query=${query}`, "-d", `time=${TO}`];
  return ["curl", "--silent", "--show-error", "--fail", "--output", "/dev/null", ...asked, `${url}/api/v1/query`];
}

function servicesOf(size: number): readonly string[] {
  return Array.from({ length: OBJECTIVES }, (_, index) => `s${size}x${index}`);
}

const total = (service: string): string => `http_requests_total{job="api",service="${service}"}`;
const bad = (service: string): string => `http_requests_total{job="api",service="${service}",status="500"}`;

function allSeries(): readonly HistorySeries[] {
  const times = Array.from({ length: SECONDS / STEP + 8 }, (_, index) => FROM - 4 * STEP + index * STEP);
  const counted = SIZES.flatMap((size) => servicesOf(size).flatMap((service) => seriesOf(service, size, times)));
  const up = Array.from({ length: PODS }, (_, pod): HistorySeries => ({
    labels: { __name__: "up", job: "api", instance: `p${pod}:80` },
    samples: times.map((at) => [at, 1]),
  }));
  const others = Array.from({ length: ALL_SERIES - counted.length - PODS }, (_, index): HistorySeries => ({
    labels: { __name__: `other_${index % 500}_total`, job: "other", instance: `o${index}:80` },
    samples: [
      [FROM, 1],
      [FROM + 300, 2],
    ],
  }));
  return [...counted, ...up, ...others];
}

function seriesOf(service: string, size: number, times: readonly number[]): readonly HistorySeries[] {
  return Array.from({ length: size }, (_, index): HistorySeries => {
    const status = index % 2 === 1 ? "500" : "200";
    const pod = Math.floor(index / 2) % PODS;
    const handler = `/h${Math.floor(index / 2 / PODS)}`;
    const labels = { __name__: "http_requests_total", job: "api", instance: `p${pod}:80`, service, handler, status };
    return { labels, samples: times.map((at, nth) => [at, nth * (status === "500" ? 1 : 150)]) };
  });
}
