import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { median, medianAbsoluteDeviation } from "simple-statistics";

import { startHistory } from "../../tests/support/history.ts";
import type { HistorySeries } from "../../tests/support/history.ts";

const OBJECTIVES = 200;
const PODS = 5;
const ALL_SERIES = 100_000;
const ROUNDS = 5;
const FROM = Date.parse("2025-01-01T10:00:00Z") / 1000;
const SECONDS = 600;
const STEP = 15;

/**
 * `proofload gate` on 200 objectives over ten minutes of a Prometheus with 100,000 series, beside one aggregated query each by curl, and beside the raw samples by curl, one after
 * another: wall time as ratios, in turns within each round, and peak memory.
 */
export async function gateBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const history = await startHistory(series());
  try {
    mkdirSync(join(dir, "slo"));
    for (let index = 0; index < OBJECTIVES; index += 1) writeFileSync(join(dir, "slo", `s${index}.yaml`), slo(index));
    const to = FROM + SECONDS;
    const gate = [process.execPath, join(process.cwd(), "dist", "proofload.js"), "gate", "--slo", join(dir, "slo")];
    const asked = [...gate, "--prometheus", history.url, "--from", String(FROM), "--to", String(to), "--json"];
    const curls = (queries: (index: number) => readonly string[]): readonly (readonly string[])[] =>
      Array.from({ length: OBJECTIVES }, (_, index) => queries(index))
        .flat()
        .map((query) => [
          "curl",
          "-s",
          "-o",
          "/dev/null",
          "--data-urlencode",
          `query=${query}`,
          "-d",
          `time=${to}`,
          `${history.url}/api/v1/query`,
        ]);
    const ways: readonly (readonly [name: string, commands: readonly (readonly string[])[]])[] = [
      [
        "one aggregated query each, by curl",
        curls((index) => [`sum(increase(${total(index)}[10m])) - sum(increase(${bad(index)}[10m]))`]),
      ],
      ["raw samples of good and bad, by curl", curls((index) => [`${total(index)}[10m]`, `${bad(index)}[10m]`])],
      ["proofload gate", [asked]],
    ];
    const times = new Map<string, number[]>(ways.map(([name]) => [name, []]));
    const memory: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, commands] of ways) {
        const start = performance.now();
        for (const argv of commands) memory.push(await peakMegabytes(argv, name === "proofload gate"));
        times.get(name)?.push(performance.now() - start);
      }
    }
    const own = times.get("proofload gate") ?? [];
    console.log(
      `proofload gate, ${OBJECTIVES} objectives over ${SECONDS} s, ${ALL_SERIES} series, ${ROUNDS} rounds: wall time as a ratio to`,
    );
    for (const [name, values] of times) {
      if (name === "proofload gate") continue;
      const ratios = own.map((value, index) => value / (values[index] ?? Number.NaN));
      console.log(`${median(ratios).toFixed(2).padStart(6)} ± ${medianAbsoluteDeviation(ratios).toFixed(2)}  ${name}`);
    }
    console.log(`peak memory ${Math.max(...memory).toFixed(0)} MB; ${(median(own) / 1000).toFixed(1)} s here`);
  } finally {
    await history.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Runs a command; answers its highest resident memory, if it is watched. */
async function peakMegabytes([program = "", ...args]: readonly string[], watched: boolean): Promise<number> {
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  if (!watched) {
    await ended;
    return 0;
  }
  let peak = 0;
  while (child.exitCode === null) {
    try {
      const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1000);
    } catch {
      // It has ended.
    }
    await Promise.race([ended, delay(10)]);
  }
  if (child.exitCode !== 0) throw new Error(`proofload gate ended with ${child.exitCode}`);
  return peak;
}

const total = (index: number): string => `http_requests_total{job="api",service="s${index}"}`;
const bad = (index: number): string => `http_requests_total{job="api",service="s${index}",status="500"}`;

function slo(index: number): string {
  const query = (text: string): string => `{ metricSource: { type: Prometheus, spec: { query: '${text}' } } }`;
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: s${index} }
spec:
  service: s${index}
  indicator: { metadata: { name: s${index} }, spec: { ratioMetric: { counter: true, bad: ${query(bad(index))}, total: ${query(total(index))} } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.9 }]
`;
}

function series(): readonly HistorySeries[] {
  const times = Array.from({ length: SECONDS / STEP + 8 }, (_, index) => FROM - 4 * STEP + index * STEP);
  const counted = Array.from({ length: OBJECTIVES * PODS * 2 }, (_, index): HistorySeries => {
    const failed = index % 2 === 1;
    const pod = Math.floor(index / 2) % PODS;
    const service = `s${Math.floor(index / 2 / PODS)}`;
    const labels = {
      __name__: "http_requests_total",
      job: "api",
      instance: `p${pod}:80`,
      service,
      status: failed ? "500" : "200",
    };
    return { labels, samples: times.map((at, nth) => [at, nth * (failed ? 1 : 150)]) };
  });
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
