import type { Evidence } from "../../lib/run/evidence.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { ObjectiveInput } from "../judge-objective.ts";

/** A service whose failures come in bursts, under a steady load that is scraped every second. */
export interface BurstyLoad {
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** Share of all events that fail in the long run. */
  readonly badShare: number;
  /** Mean number of failures in a row. */
  readonly burst: number;
  /** `geometric` lengths, or all `alike`. */
  readonly lengths: "geometric" | "alike";
}

/** Random numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The number of failures in each second: bursts with geometric pauses between them, one of which may be on as the window begins. */
export function failuresBySecond(load: BurstyLoad, random: () => number): readonly number[] {
  const { seconds, eventsPerSecond, badShare, burst, lengths } = load;
  const events = seconds * eventsPerSecond;
  const geometric = (mean: number): number =>
    mean <= 1 ? 1 : 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean));
  const pause = (): number => geometric((burst * (1 - badShare)) / badShare);
  const failures = Array.from({ length: seconds }, () => 0);
  let at = pause() - 100 * burst;
  while (at < events) {
    const end = at + (lengths === "alike" ? burst : geometric(burst));
    for (let event = Math.max(0, at); event < Math.min(end, events); event++) {
      const second = Math.floor(event / eventsPerSecond);
      failures[second] = (failures[second] ?? 0) + 1;
    }
    at = end + pause();
  }
  return failures;
}

const JOB = { job: "api", instance: "127.0.0.1:8080" };
const WINDOW = "baseline";

/** What an objective on such a service is judged by: the same counters and scrapes that a run leaves. */
export function burstyInput(
  load: BurstyLoad,
  judged: { readonly target: number; readonly confidence: number; readonly failureBurst: number },
  random: () => number,
): ObjectiveInput {
  const { seconds, eventsPerSecond } = load;
  const failures = failuresBySecond(load, random);
  const times = Array.from({ length: seconds + 1 }, (_, second) => second);
  let failed = 0;
  const bad = times.map((at) => [at, (failed += failures[at - 1] ?? 0)] as const);
  const good = bad.map(([at, value]) => [at, at * eventsPerSecond - value] as const);
  const series = (status: string, samples: typeof bad) => ({
    labels: { __name__: "requests_total", status, ...JOB },
    samples,
  });
  const ok = (...found: readonly ReturnType<typeof series>[]) =>
    ({ kind: "ok", series: found, warnings: [], infos: [] }) as const;
  const objective: ObjectivePlan = {
    slo: "availability",
    title: "Availability",
    phase: WINDOW,
    target: judged.target,
    minEvents: null,
    abortOnFail: false,
    countedBy: "service",
    indicator: { kind: "bad", bad: 'requests_total{status="500"}', total: "requests_total" },
    crossCheck: null,
    source: { file: "slo.yaml", line: 1 },
  };
  const counted = { countedBy: "service" } as const;
  const evidence = {
    prometheus: { reachable: true, url: "", version: null, error: null, skewSeconds: 0, gaps: [] },
    counters: [
      { ...counted, query: "requests_total", outcome: ok(series("200", good), series("500", bad)) },
      { ...counted, query: 'requests_total{status="500"}', outcome: ok(series("500", bad)) },
    ],
    up: ok({ labels: { __name__: "up", ...JOB, status: "" }, samples: times.map((at) => [at, 1] as const) }),
  } as unknown as Evidence;
  return {
    objective,
    confidence: judged.confidence,
    failureBurst: judged.failureBurst,
    scrapeIntervalSeconds: 1,
    evidence,
    windows: [{ phase: WINDOW, asked: { from: 0, to: seconds }, lastMoment: seconds, start: "after" }],
    load: null,
    cutAt: null,
    gaps: [],
    excuses: [],
    unhealthy: undefined,
  };
}
