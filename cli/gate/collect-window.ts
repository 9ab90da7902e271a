import { isRatio, rangeQueries } from "../../gates/model/indicators.ts";
import { addMatchers } from "../../gates/promql/selector.ts";
import { agreedInterval, intervalIn } from "../../gates/scrape-interval.ts";
import { stretchSecondsOf } from "../../gates/stretches.ts";
import type { Env } from "../../lib/env.ts";
import type { PrometheusAccess } from "../../lib/prometheus/access.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { readScrapeIntervals } from "../../lib/prometheus/scrape-intervals.ts";
import type { QueryOutcome } from "../../lib/run/evidence.ts";
import type { GateEvidence, GateQuestion } from "../../lib/run/gate-record.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import { collectPresence, findJobs } from "../pipeline/collect-presence.ts";
import type { PresenceOptions } from "../pipeline/collect-presence.ts";
import { collectRanges } from "../pipeline/collect-ranges.ts";
import { counterQueries, readCounters, readUp } from "../pipeline/read-counters.ts";
import type { ScrapeEvidence } from "../pipeline/read-counters.ts";
import { readLongWindow } from "./read-long-window.ts";
import { waitUntilQueryable } from "./wait-until-queryable.ts";

export interface CollectWindowOptions {
  readonly env: Pick<Env, "clock" | "fetch">;
  readonly client: PrometheusClient;
  readonly access: PrometheusAccess;
  readonly question: GateQuestion;
  readonly labels: Readonly<Record<string, string>>;
  /** Given by the user; null where it is found in the data. */
  readonly scrapeIntervalSeconds: number | null;
  readonly say: (text: string) => void;
  /** Says what long work is at. */
  readonly sayAtLength: (text: string) => void;
}

/** So much before the window is read, for the last scrape before it: before anything was read, nobody knows the interval. */
const BEFORE_SECONDS = 300;

/** Asks Prometheus for all that the window is judged by; a Prometheus that is away or refuses is part of the evidence. */
export async function collectWindow(options: CollectWindowOptions): Promise<GateEvidence> {
  const { env, client, access, question, scrapeIntervalSeconds } = options;
  const { from, to } = question.window;
  const read = { from: from - Math.max(BEFORE_SECONDS, 2 * (scrapeIntervalSeconds ?? 0)), to };
  const before = env.clock.now();
  const hello = await client.query("time()");
  const middle = (before + env.clock.now()) / 2000;
  const time = hello.kind === "ok" ? hello.series[0]?.samples[0]?.[1] : undefined;
  const ratios = question.objectives.filter(({ indicator }) => isRatio(indicator));
  const common = { schemaVersion: 1, kind: "gate", question, read, scrapeIntervalSeconds } as const;
  if (hello.kind !== "ok" || time === undefined || !Number.isFinite(time)) {
    const outcome: QueryOutcome =
      hello.kind === "ok" ? { kind: "bad-response", message: "time() has no value: this is no Prometheus" } : hello;
    return {
      ...common,
      collectedAt: new Date(env.clock.now()).toISOString(),
      prometheus: {
        reachable: outcome.kind !== "unreachable",
        url: client.url,
        version: null,
        error: outcome.message,
        skewSeconds: null,
      },
      counters: counterQueries(ratios).map((one) => ({
        ...one,
        outcome,
      })),
      ranges: rangeQueries(question.objectives).map((query) => ({
        query,
        window: question.window,
        stepSeconds: scrapeIntervalSeconds ?? STEP_SECONDS,
        outcome,
      })),
      up: outcome,
      configuredSeconds: null,
    };
  }
  const [identity, configured] = await Promise.all([
    client.identify(),
    readScrapeIntervals(env, client.url, access.headers),
    waitUntilQueryable(env, client, question, { now: time, say: options.say }),
  ]);
  const { counters, up, starts } = await readSamples(options, ratios, read);
  const step = scrapeIntervalSeconds === null ? intervalOf(up, configured) : notLonger(scrapeIntervalSeconds, up);
  const [ranges, presence] = await Promise.all([
    collectRanges(client, question.objectives, question.window, step),
    collectPresence(presenceOptions(options), step),
  ]);
  return {
    ...common,
    collectedAt: new Date(env.clock.now()).toISOString(),
    prometheus: {
      reachable: true,
      url: client.url,
      version: identity?.version ?? null,
      error: null,
      // An answer that came at the second try tells no time; a Date header does, to the second.
      skewSeconds:
        hello.retries === undefined ? Math.round((time - middle) * 100) / 100 : (identity?.skewSeconds ?? null),
    },
    counters,
    ...(ranges.length === 0 ? {} : { ranges, presence }),
    up,
    starts,
    configuredSeconds: configured === null ? null : Object.fromEntries(configured),
  };
}

function presenceOptions({ client, question, labels }: CollectWindowOptions): PresenceOptions {
  return { prometheus: client, objectives: question.objectives, window: question.window, kept: labels };
}

/** Raw samples of a window; of a long one those that count. */
async function readSamples(
  options: CollectWindowOptions,
  ratios: readonly ObjectivePlan[],
  read: Window,
): Promise<Pick<GateEvidence, "counters"> & ScrapeEvidence> {
  const { client: server, question, labels, sayAtLength } = options;
  const jobs = await findJobs(presenceOptions(options));
  const hidden = await hiddenLabels(server, labels, question.window.to);
  const client: Pick<PrometheusClient, "rawSamples"> = {
    rawSamples: (selector, ...rest) => server.rawSamples(addMatchers(selector, hidden), ...rest),
  };
  if (stretchSecondsOf(question.window) === null) {
    const counters = await readCounters(client, ratios, read);
    const scraped = await readUp(client, counters, read, jobs);
    return { counters, up: withLabels(scraped.up, labels), starts: withLabels(scraped.starts, labels) };
  }
  const [scraped, pushed] = [
    ratios.filter(({ countedBy }) => countedBy === "service"),
    ratios.filter(({ countedBy }) => countedBy === "caller"),
  ];
  const select = (outcome: QueryOutcome): QueryOutcome => withLabels(outcome, labels);
  const whole = formatDays(read.to - read.from);
  const onRead = (seconds: number): void => sayAtLength(`${formatDays(seconds)} of ${whole} are read…`);
  const queries = counterQueries(scraped);
  const long = await readLongWindow({ client, question, queries, jobs, read, select, onRead });
  return { ...long, counters: [...long.counters, ...(await readCounters(client, pushed, read))] };
}

/**
 * Those of the labels that were asked for which the server selects by and then takes off, as Thanos does with those of replicas: what a target
 * tells of itself, such as `up`, has to be asked by them, too.
 */
async function hiddenLabels(
  client: PrometheusClient,
  wanted: Readonly<Record<string, string>>,
  at: number,
): Promise<Readonly<Record<string, string>>> {
  const hidden: Record<string, string> = {};
  for (const [name, value] of Object.entries(wanted)) {
    const outcome = await client.query(addMatchers("up", { [name]: value }), at);
    const series = outcome.kind === "ok" ? outcome.series : [];
    if (series.length > 0 && series.every(({ labels }) => labels[name] === undefined)) hidden[name] = value;
  }
  return hidden;
}

function formatDays(seconds: number): string {
  return `${(seconds / 86_400).toFixed(1)} days`;
}

/** Where nobody says how often anything is scraped. */
const STEP_SECONDS = 15;

/** How often expressions are evaluated: as often as what they read is scraped. */
function intervalOf(up: QueryOutcome, configured: ReadonlyMap<string, readonly number[]> | null): number {
  const series = up.kind === "ok" ? up.series : [];
  const jobs = new Set(series.map(({ labels }) => labels["job"] ?? ""));
  const set = [...jobs].flatMap((job) => configured?.get(job) ?? []);
  return agreedInterval(intervalIn(series), set) ?? STEP_SECONDS;
}

/** An interval that was given, as far as the data don't say that it is shorter: evaluated once in 15 minutes in place of 15 s, every hole would go unseen. */
function notLonger(given: number, up: QueryOutcome): number {
  return Math.min(given, (up.kind === "ok" ? intervalIn(up.series) : null) ?? given);
}

/** Without the targets that bear another value of a label that was asked for: another cluster's, say. Not every label is a target's. */
function withLabels(scraped: QueryOutcome, wanted: Readonly<Record<string, string>>): QueryOutcome {
  if (scraped.kind !== "ok") return scraped;
  const fits = (labels: Readonly<Record<string, string>>): boolean =>
    Object.entries(wanted).every(([name, value]) => labels[name] === undefined || labels[name] === value);
  return { ...scraped, series: scraped.series.filter(({ labels }) => fits(labels)) };
}
