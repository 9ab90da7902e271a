import type { RangeEvidence } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { RangeIndicator } from "../../lib/run/plan.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { queriesOfIndicator } from "../model/indicators.ts";
import { holds } from "../model/operators.ts";
import { readEvaluations } from "./read-evaluations.ts";

/** Rounding in sums of rates. */
const HAIR = 1e-9;

/** One evaluation of an indicator: so much of so much was good. A threshold is good or not: 1 of 1, or 0 of 1. */
export interface Portion {
  readonly at: number;
  readonly good: number;
  readonly total: number;
}

/** What an indicator of PromQL expressions was at every evaluation in a window. */
export function countRange(
  indicator: RangeIndicator,
  ranges: readonly RangeEvidence[],
  window: Window,
): Attempt<readonly Portion[]> {
  const read = (query: string) =>
    readEvaluations(
      query,
      ranges.find((range) => range.query === query),
      window,
    );
  const [query = ""] = queriesOfIndicator(indicator);
  const values = read(query);
  if (!values.ok) return values;
  switch (indicator.kind) {
    case "threshold": {
      const { op, value: bound } = indicator;
      return found(values.value.map(([at, value]) => ({ at, good: holds(value, op, bound) ? 1 : 0, total: 1 })));
    }
    case "raw": {
      const odd = values.value.find(([, value]) => value < -HAIR || value > 1 + HAIR);
      if (odd !== undefined) return blocked("bad-sample", `${query} is ${odd[1]}, which is no share`);
      const share = (value: number): number => Math.min(1, Math.max(0, value));
      const good = (value: number): number => (indicator.rawType === "success" ? share(value) : 1 - share(value));
      return found(values.value.map(([at, value]) => ({ at, good: good(value), total: 1 })));
    }
    case "levels": {
      const totals = read(indicator.total);
      if (!totals.ok) return totals;
      return portionsOf(values.value, totals.value, indicator.side);
    }
  }
}

/** The evaluations of both queries are at the same times: both were asked in the same window, and none is missing. */
function portionsOf(
  parts: readonly (readonly [number, number])[],
  totals: readonly (readonly [number, number])[],
  side: "good" | "bad",
): Attempt<readonly Portion[]> {
  const portions: Portion[] = [];
  for (const [index, [at, total]] of totals.entries()) {
    const part = parts[index]?.[1] ?? Number.NaN;
    if (!(part >= 0 && total >= 0 && part <= total * (1 + HAIR) + HAIR)) {
      return blocked("bad-sample", `${part} ${side} events among ${total} events`);
    }
    const counted = Math.min(part, total);
    portions.push({ at, good: side === "good" ? counted : total - counted, total });
  }
  return found(portions);
}
