import { usageError } from "../../lib/errors.ts";
import type { CountedBy } from "../../lib/run/plan.ts";
import { isBoundless } from "./boundless-labels.ts";
import { readSelector } from "./selector.ts";
import { GAP_INTERVALS } from "../instances/read-instance.ts";
import type { LabelMatcher } from "./selector.ts";

export interface PresenceQuestion {
  readonly countedBy: CountedBy;
  /** How far each evaluation looks back. */
  readonly lookBackSeconds: number;
  /** How often a recording rule is evaluated; left out of all else, and where that can't be told. */
  readonly recordedEverySeconds?: number | undefined;
  /** Labels that were asked for with every selector (`--label`). */
  readonly kept: Readonly<Record<string, string>>;
}

/**
 * Whether what a selector of an expression means was there, instance by instance: how many of its series have a sample in the last
 * `lookBackSeconds`. What has a colon in its name, or no instance, is no scrape's but a recording rule's, which may be evaluated less often: it is
 * read as Prometheus reads any instant vector, or as far back as two and a half evaluations.
 */
export function presenceQuery(selector: string, question: PresenceQuestion): string {
  const { countedBy, lookBackSeconds, recordedEverySeconds, kept } = question;
  const range = rangeOf(lookBackSeconds);
  // k6 pushes, and its series need be of no instance.
  if (countedBy === "caller") return `count(count_over_time(${widened(selector, kept)}${range}))`;
  if (isRule(selector)) {
    const recorded = widened(selector, kept);
    // What it reads may be as old as that.
    const seconds = GAP_INTERVALS * (recordedEverySeconds ?? Number.POSITIVE_INFINITY) + lookBackSeconds;
    return `count by (job, instance) (${seconds < LOOK_BACK_SECONDS ? `count_over_time(${recorded}${rangeOf(seconds)})` : recorded})`;
  }
  const [scraped, recorded] = ['instance!=""', 'instance=""'].map((own) => widened(selector, kept, own));
  const labels = ["job", "instance", ...valuedLabels(selector, kept)].join(", ");
  return `count by (${labels}) (count_over_time(${scraped}${range}) or ${recorded})`;
}

/** The labels whose values a selector asks for: those that there are tell a misspelt value. Not of those that have too many values. */
function valuedLabels(selector: string, kept: PresenceQuestion["kept"]): readonly string[] {
  const reading = readSelector(selector);
  const matchers = reading.kind === "selector" ? reading.selector.matchers : [];
  const names = matchers
    .filter((one) => !isTelling(one, kept) && demandsLabel(one) && (one.operator === "=" || one.operator === "=~"))
    .map(({ name }) => name);
  return [...new Set(names)].filter((name) => !isBoundless(name)).map(labelName);
}

/** How far back Prometheus looks for the last sample of an instant vector. */
const LOOK_BACK_SECONDS = 300;

function rangeOf(seconds: number): string {
  return `[${Math.round(seconds * 1000)}ms]`;
}

/** Whether a selector is of a recording rule: Prometheus keeps colons for their names. */
export function isRule(selector: string): boolean {
  const reading = readSelector(selector);
  return reading.kind === "selector" && reading.selector.metric.includes(":");
}

/** The jobs that a selector's series are of, at any time in a window. */
export function jobsQuery(selector: string, kept: PresenceQuestion["kept"]): string {
  return `count by (job) (${widened(selector, kept)})`;
}

/** Matchers that say where a metric is from or which one it is, not which of its events are meant. */
const TELLING: readonly string[] = ["job", "instance", "le", "quantile"];

/**
 * A selector that means all series with the labels that are asked for, whatever their values: no error yet is no hole, but a metric or a label
 * that is not there is one.
 */
function widened(text: string, kept: PresenceQuestion["kept"], own?: string): string {
  const reading = readSelector(text);
  if (reading.kind === "refused") throw usageError("invalid-selector", `${text}: ${reading.message}`);
  const { metric, matchers } = reading.selector;
  const isPlain = /^[A-Za-z_:][A-Za-z0-9_:]*$/.test(metric);
  const parts = [
    ...(isPlain ? [] : [`__name__=${JSON.stringify(metric)}`]),
    ...matchers.flatMap((matcher) => {
      const { name, operator, value } = matcher;
      if (isTelling(matcher, kept)) return [`${labelName(name)}${operator}${JSON.stringify(value)}`];
      return demandsLabel(matcher) ? [`${labelName(name)}!=""`] : [];
    }),
    ...(own === undefined ? [] : [own]),
  ];
  const all = [...new Set(parts)].join(",");
  if (!isPlain) return `{${all}}`;
  return all === "" ? metric : `${metric}{${all}}`;
}

/** Whether a matcher counts as it is written. */
function isTelling({ name, operator, value }: LabelMatcher, kept: PresenceQuestion["kept"]): boolean {
  return TELLING.includes(name) || (operator === "=" && kept[name] === value);
}

/** Whether no series without the label fits. */
function demandsLabel({ operator, value }: LabelMatcher): boolean {
  switch (operator) {
    case "=":
      return value !== "";
    case "!=":
      return value === "";
    case "=~":
      return !fitsNothing(value);
    case "!~":
      return fitsNothing(value);
  }
}

/** Whether an expression fits the empty text; one that only RE2 knows is taken not to. */
function fitsNothing(expression: string): boolean {
  try {
    return new RegExp(`^(?:${expression})$`, "su").test("");
  } catch {
    return false;
  }
}

function labelName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
