import { jobsNamedBy } from "../../gates/instances/scraped-jobs.ts";
import { marksOf } from "../../gates/stretches.ts";
import { createThinner } from "../../gates/evidence/thin-samples.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { CounterEvidence, QueryOutcome } from "../../lib/run/evidence.ts";
import type { GateQuestion } from "../../lib/run/gate-record.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { CounterQuery, ScrapeEvidence } from "../pipeline/read-counters.ts";
import { jobsIn, readScrapes } from "../pipeline/read-counters.ts";

export interface LongRead {
  readonly client: Pick<PrometheusClient, "rawSamples">;
  readonly question: GateQuestion;
  /** Counters of services; each is asked once per chunk. */
  readonly queries: readonly CounterQuery[];
  /** Jobs whose `up` is needed besides those of the counters. */
  readonly jobs: readonly string[];
  readonly read: Window;
  /** Leaves out of the scrapes those of what is not asked about. */
  readonly select: (scraped: QueryOutcome) => QueryOutcome;
  /** Told how much has been read, in seconds. */
  readonly onRead: (seconds: number) => void;
}

/** A chunk is made as long as holds about so many samples. */
const SAMPLES_AT_ONCE = 200_000;
const FIRST_SECONDS = 900;
const LEAST_SECONDS = 60;
const MOST_SECONDS = 6 * 3600;
/** More than this are kept of no window: then something happens in it all the time. */
const MOST_KEPT = 2_000_000;

/**
 * Reads the samples of a long window chunk after chunk, and keeps of each only what judging needs: the first and last ones of its stretches, and all of those in a chunk in
 * which something happened. What is held at a time does not grow with the window.
 */
export async function readLongWindow(
  asked: LongRead,
): Promise<ScrapeEvidence & { readonly counters: readonly CounterEvidence[] }> {
  const { client, question, queries, read, select } = asked;
  const scrapesOf = async (jobs: readonly string[], chunk: Window): Promise<ScrapeEvidence> => {
    const { up, starts } = await readScrapes(client, jobs, chunk);
    return { up: select(up), starts: select(starts) };
  };
  const thinner = createThinner(queries.length, marksOf(question, read));
  const known = new Set([...asked.jobs, ...jobsNamedBy(queries.map(({ query }) => query))]);
  const done: Window[] = [];
  const failed = new Map<number, QueryOutcome>();
  let seconds = FIRST_SECONDS;
  for (let from = read.from; from < read.to;) {
    const chunk = { from, to: Math.min(read.to, from + seconds) };
    const counters = await Promise.all(
      queries.map(
        async ({ query }, index) => failed.get(index) ?? (await client.rawSamples(query, chunk, MOST_SECONDS)),
      ),
    );
    for (const [index, outcome] of counters.entries()) if (outcome.kind !== "ok") failed.set(index, outcome);
    const fresh = jobsIn(counters).filter((job) => !known.has(job));
    // Of a job that shows up late, `up` tells since when it was scraped.
    for (const earlier of fresh.length === 0 ? [] : done) {
      thinner.add({ counters: queries.map(() => NOTHING), ...(await scrapesOf(fresh, earlier)) });
    }
    for (const job of fresh) known.add(job);
    const scraped = await scrapesOf([...known], chunk);
    thinner.add({ counters, ...scraped });
    // Without it nothing is judged.
    if (scraped.up.kind !== "ok") break;
    if (thinner.kept() > MOST_KEPT) return tooMuch(queries, chunk.to - read.from);
    done.push(chunk);
    asked.onRead(chunk.to - read.from);
    seconds = nextSeconds(chunk, [...counters, scraped.up]);
    from = chunk.to;
  }
  const { counters, ...scraped } = thinner.finish();
  return { counters: queries.map((one, index) => ({ ...one, outcome: counters[index] ?? NOTHING })), ...scraped };
}

const NOTHING: QueryOutcome = { kind: "ok", series: [], warnings: [], infos: [] };

function nextSeconds({ from, to }: Window, outcomes: readonly QueryOutcome[]): number {
  const samples = outcomes.reduce(
    (sum, outcome) =>
      sum + (outcome.kind === "ok" ? outcome.series.reduce((all, one) => all + one.samples.length, 0) : 0),
    0,
  );
  const fitting = ((to - from) * SAMPLES_AT_ONCE) / Math.max(1, samples);
  return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, fitting));
}

function tooMuch(queries: readonly CounterQuery[], seconds: number) {
  const outcome: QueryOutcome = {
    kind: "bad-response",
    message:
      `of the first ${Math.round(seconds / 3600)} h more than ${MOST_KEPT} samples count, which is more than is held: something happens all the time ` +
      "(births, restarts, gaps, counters without `up`, short slices). Ask about a shorter window, or about fewer series by --label",
  };
  return { counters: queries.map((one) => ({ ...one, outcome })), up: outcome, starts: outcome };
}
