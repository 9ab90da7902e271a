import { Counter } from "k6/metrics";

import { declareMetric } from "./declared.ts";

/** Metrics of k6 and of the kit. */
const TAKEN =
  /^(?:vus|vus_max|iterations|iteration_duration|dropped_iterations|iteration_exceptions|iteration_start_lag|checks|group_duration|data_sent|data_received|(?:http|ws|grpc|browser)_\w+)$/;
const TAKEN_TAGS =
  /^(?:scenario|name|method|status|expected_response|error_code|phase|testid|group|url|proto|vu|iter)$/;
const SNAKE_CASE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 100;
/** Series that one KPI may make. */
const MAX_SERIES = 100;
const MOST = Number.MAX_VALUE;

type TagValues = Readonly<Record<string, readonly string[]>>;
/** Of a KPI without tags. */
type NoTags = Readonly<Record<string, never>>;
type Chosen<T extends TagValues> = { readonly [Tag in keyof T]: T[Tag][number] };

/** A count of something that matters to the business. */
export interface Kpi<T extends TagValues> {
  /** Counts `n` more; a KPI that was declared with tags needs one of the declared values of each. */
  add(n: number, ...tags: T extends NoTags ? [] : [Chosen<T>]): void;
}

/** Declares a counter, in init code: `k6_<name>_total` in Prometheus. Its tags take declared values only, so the number of series is bounded. */
export function kpi<const T extends TagValues = NoTags>(name: string, tags?: T): Kpi<T> {
  if (!SNAKE_CASE.test(name) || name.length > MAX_NAME_LENGTH) {
    throw new Error(`kpi: expected a name in snake_case such as readings_sent, found "${name}"`);
  }
  if (TAKEN.test(name)) throw new Error(`kpi("${name}"): k6 or the kit has a metric of that name`);
  const declared = Object.entries(tags ?? {});
  checkTags(name, declared);
  declareMetric(name);
  const counter = new Counter(name);
  const isTagged = declared.length > 0;
  return {
    // As an optional parameter: a rest costs more in k6 than counting itself.
    add: (n, chosen?: Chosen<T>) => {
      if (!(n >= 0 && n <= MOST)) throw new Error(`kpi("${name}"): expected a number from 0, found ${n}`);
      if (!isTagged && chosen === undefined) {
        counter.add(n);
        return;
      }
      const given: Record<string, string> = { ...chosen };
      for (const [tag, values] of declared) {
        if (Object.hasOwn(given, tag) && values.includes(given[tag] ?? "")) continue;
        throw new Error(`kpi("${name}"): ${tag}: expected one of ${values.join(", ")}, found "${given[tag]}"`);
      }
      const unknown = Object.keys(given).find((tag) => !Object.hasOwn(tags ?? {}, tag));
      if (unknown !== undefined) throw new Error(`kpi("${name}"): the tag ${unknown} was not declared`);
      counter.add(n, given);
    },
  };
}

function checkTags(name: string, declared: readonly (readonly [tag: string, values: readonly string[]])[]): void {
  let series = 1;
  for (const [tag, values] of declared) {
    if (!SNAKE_CASE.test(tag) || TAKEN_TAGS.test(tag)) {
      throw new Error(`kpi("${name}"): expected a tag in snake_case that k6 does not set itself, found "${tag}"`);
    }
    if (values.length === 0 || values.includes("")) throw new Error(`kpi("${name}"): ${tag}: expected values`);
    series *= values.length;
  }
  if (series > MAX_SERIES)
    throw new Error(`kpi("${name}"): its tags make ${series} series, ${MAX_SERIES} is the limit`);
}
