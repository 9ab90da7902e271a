import type { CalmTime, QueryOutcome } from "../../lib/run/evidence.ts";
import { instanceOf } from "../instances/instances.ts";
import { createAnswer, takeAnswer, wholeAnswer } from "./kept-answers.ts";
import type { Fresh, Kept, Sample } from "./kept-answers.ts";
import { createStartKeeper } from "../instances/process-starts.ts";

/** What was answered about one stretch of time, which begins where the one before it ended. */
export interface AnsweredChunk {
  /** Of each counter, in the same order every time. */
  readonly counters: readonly QueryOutcome[];
  readonly up: QueryOutcome;
  /** When the processes started, as each scrape tells. */
  readonly starts: QueryOutcome;
}

/** Keeps of the samples of a long window what judging it needs. */
export interface Thinner {
  add(chunk: AnsweredChunk): void;
  /** How many samples are kept. */
  kept(): number;
  /** What was answered, as if it had been asked at once. */
  finish(): AnsweredChunk;
}

/** A scrape: of each series of an instance its sample. */
interface Scrape {
  readonly at: number;
  readonly values: readonly (readonly [Kept, Sample])[];
}

interface InstanceState {
  /** Its last scrape so far; null where the next one can't be held against it. */
  last: Scrape | null;
  lastIsKept: boolean;
  /** The last scrape that was kept, and the longest time between two scrapes since. */
  keptAt: number;
  longestSeconds: number;
  nextMark: number;
  /** How often two scrapes were so many milliseconds apart. */
  readonly distances: Map<number, number>;
  readonly calm: CalmTime[];
}

/** Scrapes that are so many times further apart than usual are kept: one may be missing. */
const EVEN = 2;

/**
 * Makes a thinner. An instance's samples are kept on both sides of each of the `marks` (Unix seconds, in order), and all of them in a chunk in which something happened: a
 * scrape failed or is missing, the process is another one, a counter was born, fell, went away, has a value that no counter can have or two values at one time. In between, first and last samples tell
 * everything: of `up`, `calm` says so. Judging what is kept is judging the whole, as long as nothing looks inside of a stretch between two marks.
 */
export function createThinner(queries: number, marks: readonly number[]): Thinner {
  const counters = Array.from({ length: queries }, createAnswer);
  const up = createAnswer();
  const starts = createStartKeeper();
  const instances = new Map<string, InstanceState>();
  const upOf = new Map<Kept, InstanceState>();
  let kept = 0;

  const keep = (one: Kept, sample: Sample): void => {
    one.samples.push(sample);
    kept += 1;
  };
  const keepScrape = (state: InstanceState, { at, values }: Scrape): void => {
    for (const [one, sample] of values) keep(one, sample);
    if (state.longestSeconds > 0) {
      state.calm.push({ from: state.keptAt, to: at, longestSeconds: state.longestSeconds });
    }
    state.keptAt = at;
    state.longestSeconds = 0;
    state.lastIsKept = true;
  };
  const keepLast = (state: InstanceState): void => {
    if (state.last !== null && !state.lastIsKept) keepScrape(state, state.last);
  };
  /** Whether a mark lies at or before a time, and behind the scrapes before it. */
  const crossesMark = (state: InstanceState, at: number): boolean => {
    const first = state.nextMark;
    while ((marks[state.nextMark] ?? Number.POSITIVE_INFINITY) <= at) state.nextMark += 1;
    return state.nextMark > first;
  };

  const addCalm = (state: InstanceState, own: Fresh, all: readonly Fresh[]): void => {
    for (const [index, [at]] of own.samples.entries()) {
      const before = own.samples[index - 1]?.[0] ?? state.last?.at;
      if (crossesMark(state, at) || before === undefined) {
        if (index > 0) state.last = scrapeAt(all, index - 1, before ?? at);
        keepLast(state);
        keepScrape(state, scrapeAt(all, index, at));
      } else {
        state.longestSeconds = Math.max(state.longestSeconds, at - before);
        state.lastIsKept = false;
      }
    }
    const end = own.samples.length - 1;
    state.last = scrapeAt(all, end, own.samples[end]?.[0] ?? state.keptAt);
  };

  const addWhole = (state: InstanceState, own: Fresh | undefined, all: readonly Fresh[]): void => {
    keepLast(state);
    for (const { kept: one, samples } of all) for (const sample of samples) keep(one, sample);
    const [at, value] = own?.samples.at(-1) ?? [];
    state.lastIsKept = true;
    state.longestSeconds = 0;
    state.last = null;
    if (at === undefined) return;
    state.keptAt = at;
    crossesMark(state, at);
    if (value === 1) state.last = { at, values: all.flatMap((one) => endingAt(one, at)) };
  };

  return {
    add: (chunk) => {
      const restarted = starts.add(chunk.starts);
      const scrapes = groupByInstance(takeAnswer(up, chunk.up));
      const counted = groupByInstance(
        counters.flatMap((answer, index) => {
          const outcome = chunk.counters[index];
          return outcome === undefined ? [] : takeAnswer(answer, outcome);
        }),
      );
      for (const id of new Set([...counted.keys(), ...scrapes.keys()])) {
        const isNew = !instances.has(id);
        const state = instances.get(id) ?? newInstance();
        instances.set(id, state);
        const [own, second] = scrapes.get(id) ?? [];
        const all = [...(counted.get(id) ?? []), ...(scrapes.get(id) ?? [])];
        if (own !== undefined) {
          upOf.set(own.kept, state);
          countDistances(state, own);
        }
        const restartedAt = restarted.get(id);
        // At its first scrape the start of a process is nothing new.
        const isRestarted = restartedAt !== undefined && !(isNew && restartedAt === own?.samples[0]?.[0]);
        const known = (isNew || state.last !== null) && !isRestarted;
        if (known && own !== undefined && second === undefined && isCalm(state, own, all)) addCalm(state, own, all);
        else addWhole(state, own, all);
      }
      for (const [id, state] of instances) {
        // Where nothing at all is told, what comes next can't be held against what was before.
        if (!counted.has(id) && !scrapes.has(id)) addWhole(state, undefined, []);
      }
    },
    kept: () => kept,
    finish: () => {
      for (const state of instances.values()) keepLast(state);
      return {
        counters: counters.map((answer) => wholeAnswer(answer, () => ({}))),
        up: wholeAnswer(up, (one) => {
          const state = upOf.get(one);
          if (state === undefined) return {};
          const medianSeconds = medianOf(state.distances);
          return { ...(medianSeconds === null ? {} : { medianSeconds }), calm: state.calm };
        }),
        starts: starts.finish(),
      };
    },
  };
}

function newInstance(): InstanceState {
  const nothing = { last: null, lastIsKept: true, keptAt: Number.NEGATIVE_INFINITY, longestSeconds: 0, nextMark: 0 };
  return { ...nothing, distances: new Map(), calm: [] };
}

function scrapeAt(all: readonly Fresh[], index: number, at: number): Scrape {
  return { at, values: all.map(({ kept, samples }) => [kept, samples[index] ?? [at, Number.NaN]]) };
}

function endingAt({ kept, samples }: Fresh, at: number): Scrape["values"] {
  const last = samples.at(-1);
  return last?.[0] === at ? [[kept, last]] : [];
}

function groupByInstance(series: readonly Fresh[]): ReadonlyMap<string, readonly Fresh[]> {
  const groups = new Map<string, Fresh[]>();
  for (const one of series) {
    const { id } = instanceOf(one.kept);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [one]);
    else group.push(one);
  }
  return groups;
}

/** Whether nothing happened at any scrape of an instance in a chunk, and since the one before it. */
function isCalm({ last, distances }: InstanceState, own: Fresh, all: readonly Fresh[]): boolean {
  const before = new Map(last?.values.map(([kept, [, value]]) => [kept, value]));
  if (last !== null && (before.size !== all.length || all.some(({ kept }) => !before.has(kept)))) return false;
  if (!isEven(last?.at, own, EVEN * (medianOf(distances) ?? Number.POSITIVE_INFINITY))) return false;
  const twins = new Map<string, Fresh>();
  for (const one of all) {
    const twin = twins.get(one.key) ?? one;
    twins.set(one.key, twin);
    if (!isSteady(one, { own, twin, lowest: before.get(one.kept) ?? 0 })) return false;
  }
  return true;
}

/** Whether an instance answered every scrape, none much later than usual. */
function isEven(before: number | undefined, { samples }: Fresh, mostSeconds: number): boolean {
  let last = before;
  for (const [at, value] of samples) {
    if (value !== 1) return false;
    if (last !== undefined && !(at > last && at - last <= mostSeconds)) return false;
    last = at;
  }
  return true;
}

/** Whether a series has a sample of every scrape, and never falls; one that was read twice has the same values both times. */
function isSteady(
  { samples }: Fresh,
  { own, twin, lowest }: { readonly own: Fresh; readonly twin: Fresh; readonly lowest: number },
): boolean {
  if (samples.length !== own.samples.length || twin.samples.length !== own.samples.length) return false;
  let low = lowest;
  for (const [index, [at, value]] of samples.entries()) {
    if (at !== own.samples[index]?.[0] || value !== twin.samples[index]?.[1]) return false;
    if (!(value >= low && Number.isFinite(value))) return false;
    low = value;
  }
  return true;
}

function countDistances({ distances }: InstanceState, { after, samples }: Fresh): void {
  let last = after;
  for (const [at] of samples) {
    const distance = Math.round((at - last) * 1000);
    if (Number.isFinite(distance)) distances.set(distance, (distances.get(distance) ?? 0) + 1);
    last = at;
  }
}

/** The lower middle, in seconds. */
function medianOf(distances: ReadonlyMap<number, number>): number | null {
  let left = Math.ceil([...distances.values()].reduce((sum, count) => sum + count, 0) / 2);
  for (const [distance, count] of [...distances].toSorted(([a], [b]) => a - b)) {
    left -= count;
    if (left <= 0) return distance / 1000;
  }
  return null;
}
