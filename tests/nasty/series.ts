import type { HistorySeries } from "../support/history.ts";

/** The window that is judged: ten minutes on New Year's Day 2025. */
export const FROM = Date.parse("2025-01-01T10:00:00Z") / 1000;
export const TO = FROM + 600;
/** Scraped every 15 s, and not on the full minute. */
export const STEP = 15;
export const FIRST = FROM - 57;

export type Value = (index: number, at: number) => number | null;

/** Something that is scraped, and what its series are worth at each scrape; a null is a sample that is not there. */
export interface Target {
  readonly instance?: string;
  readonly job?: string;
  /** Added to all of its series. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly ok?: Value;
  readonly failed?: Value;
  readonly up?: Value;
  /** Other series by name, with one label of their own if need be: `latency_bucket le="0.25"`. */
  readonly more?: Readonly<Record<string, Value>>;
  /** When it is scraped; else from a little before the window until a little after it. */
  readonly times?: readonly number[];
}

/** 75 requests each scrape, none of which fails: the service as it should be. */
export const steady = (index: number): number => 1000 + 75 * index;
export const none: Value = () => 0;
export const absent: Value = () => null;
const upAlways: Value = () => 1;

/** Whether a time is this many seconds into the window. */
export const inWindow = (at: number, from: number, to: number): boolean => at >= FROM + from && at < FROM + to;

/** The times of scrapes, from one to before another. */
export function scrapes(first: number, end: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
}

/** The series of what is scraped. */
export function target({
  instance = "a:80",
  job = "api",
  labels = {},
  ...values
}: Target = {}): readonly HistorySeries[] {
  const common = { job, instance, ...labels };
  const { ok = steady, failed = none, up = upAlways, more = {}, times = scrapes(FIRST, TO + 120, STEP) } = values;
  const all: Readonly<Record<string, Value>> = {
    'http_requests_total status="200"': ok,
    'http_requests_total status="500"': failed,
    up,
    ...more,
  };
  return Object.entries(all).map(([key, value]) => {
    const [name = "", label] = key.split(" ");
    const [, own, text] = /^(\w+)="(.*)"$/.exec(label ?? "") ?? [];
    const samples = times.flatMap((at, index): [number, number][] => {
      const sample = value(index, at);
      return sample === null ? [] : [[at, sample]];
    });
    return { labels: { __name__: name, ...common, ...(own === undefined ? {} : { [own]: text ?? "" }) }, samples };
  });
}
