import type {
  CapacityVerdict,
  FaultVerdict,
  ObjectiveVerdict,
  ProbeVerdict,
  Reason,
  VerdictWord,
} from "../lib/run/verdict.ts";
import { isTolerated } from "./conclude-run.ts";
import { formatCount, formatMissed, formatRate, formatShare } from "./format.ts";

/** What a summary is made from. */
export interface SummaryInput {
  readonly verdict: VerdictWord;
  /** Those that decide by themselves. */
  readonly objectives: readonly ObjectiveVerdict[];
  readonly capacity: CapacityVerdict | null;
  readonly faults: readonly FaultVerdict[];
  readonly probes: readonly ProbeVerdict[];
  /** What failed besides objectives. */
  readonly failures: readonly Reason[];
  /** All reasons, the weightiest first. */
  readonly reasons: readonly Reason[];
}

/** One line that says why the verdict is what it is. */
export function summarise({ verdict, objectives, capacity, faults, probes, failures, reasons }: SummaryInput): string {
  switch (verdict) {
    case "pass": {
      const parts = [
        ...(capacity === null ? [] : [capacityWords(capacity)]),
        ...(objectives.length === 0 ? [] : [metWords(objectives)]),
        ...(faults.length === 0 ? [] : [`${plural(faults.length, "fault")} proven and undone`]),
        ...(probes.length === 0 ? [] : ["the hypothesis held"]),
      ];
      return parts.join(", ");
    }
    case "fail": {
      const failed = objectives.filter((one) => one.verdict === "fail").sort((a, b) => overspent(b) - overspent(a));
      const lines = [...failures.map(({ message }) => message), ...failed.map(describeMiss)];
      return withMore(lines);
    }
    case "inconclusive": {
      // What did not happen in a run that was cut short needs no words.
      const cut = reasons.find(({ code }) => code === "run-cut-short");
      return cut?.message ?? withMore([...new Set(reasons.map(({ message }) => message))]);
    }
    case "error":
      return withMore([...new Set(reasons.map(({ message }) => message))]);
  }
}

/** "9 objectives met", "8 objectives met, 1 undecided that may be". */
function metWords(objectives: readonly ObjectiveVerdict[]): string {
  const undecided = objectives.filter(isTolerated).length;
  const met = `${plural(objectives.length - undecided, "objective")} met`;
  return undecided === 0 ? met : `${met}, ${undecided} undecided that may be`;
}

/** What a stress found: "held 800 iterations/s, broke at 1,000 (api-latency)". */
function capacityWords({ heldRate, brokeRate, brokeBy, steps }: CapacityVerdict): string {
  const held = `held ${formatRate(heldRate ?? 0)} iterations/s`;
  if (brokeRate !== null) return `${held}, broke at ${formatRate(brokeRate)} (${brokeBy.join(", ")})`;
  return steps.at(-1)?.rate === heldRate ? `${held}, the highest step` : `${held}; nothing is proven above it`;
}

/** How many times over an objective's share of bad events was used up. */
function overspent({ value, target }: ObjectiveVerdict): number {
  return (1 - (value ?? 1)) / (1 - target);
}

function describeMiss({ slo, phase, value, events, census, target }: ObjectiveVerdict): string {
  const looked =
    census === undefined
      ? `${formatCount(events?.total ?? 0)} events were good`
      : `${formatCount(census.slices)} slices held`;
  const seen = `${formatMissed(value ?? 0, target)} of ${looked}`;
  return `${slo} in ${phase}: ${seen}, ${formatShare(target)} promised`;
}

function withMore([first = "no reason was recorded", ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (and ${others.length} more)`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
