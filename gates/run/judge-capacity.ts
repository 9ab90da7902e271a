import type { CapacityVerdict, Reason } from "../../lib/run/verdict.ts";
import { formatRate } from "../format.ts";
import { isStep, judgeSteps } from "./judge-steps.ts";
import type { JudgedStep, StepsInput } from "./judge-steps.ts";

/** Rates that differ by less than this share are one: they were multiplied and rounded. */
const SAME_RATE = 1e-6;

/** Judges up to which rate the service held; null for a run that is not about that. */
export function judgeCapacity(input: StepsInput): CapacityVerdict | null {
  const { gate } = input.plan;
  const atLeast = gate.capacity?.atLeast ?? null;
  if (atLeast === null && !gate.objectives.some(({ phase }) => isStep(phase))) return null;
  const steps = judgeSteps(input);
  const held = heldSteps(steps);
  const broken = steps.find(({ verdict }) => verdict === "fail");
  const found = {
    heldRate: held.at(-1)?.rate ?? null,
    brokeRate: broken?.rate ?? null,
    brokeBy: broken?.brokeBy ?? [],
    atLeast,
  };
  return {
    ...conclude(found, steps, held),
    ...found,
    steps: steps.map(({ phase, rate, verdict, why }) => ({ phase, rate, verdict, why })),
  };
}

/** The steps, from the lowest on, that passed with all below them; of several with one rate all must. */
function heldSteps(steps: readonly JudgedStep[]): readonly JudgedStep[] {
  const open = steps.find(({ verdict }) => verdict !== "pass");
  return open === undefined ? steps : steps.filter(({ rate }) => rate < open.rate);
}

type Found = Pick<CapacityVerdict, "heldRate" | "brokeRate" | "brokeBy" | "atLeast">;

function conclude(
  { heldRate, brokeRate, brokeBy, atLeast }: Found,
  steps: readonly JudgedStep[],
  held: readonly JudgedStep[],
): Pick<CapacityVerdict, "verdict" | "reason"> {
  const asked = atLeast === null ? "" : `, ${formatRate(atLeast)} asked`;
  const needed = atLeast ?? steps[0]?.rate ?? Number.POSITIVE_INFINITY;
  if (heldRate !== null && heldRate >= needed * (1 - SAME_RATE)) {
    const message = `every objective held up to ${formatRate(heldRate)} iterations/s${asked}`;
    return { verdict: "pass", reason: { code: "capacity-reached", message } };
  }
  if (brokeRate !== null && brokeRate <= needed * (1 + SAME_RATE)) {
    const before = heldRate === null ? "no step below it held" : `${formatRate(heldRate)} held`;
    const message = `${brokeBy.join(" and ")} broke at ${formatRate(brokeRate)} iterations/s${asked}; ${before}`;
    return { verdict: "fail", reason: { code: "capacity-too-low", message } };
  }
  return { verdict: "inconclusive", reason: unknown(steps[held.length], heldRate, needed) };
}

/** Why nobody can say whether the rate that was asked for would hold; `next` is the first step that did not pass. */
function unknown(next: JudgedStep | undefined, heldRate: number | null, needed: number): Reason {
  const say = (message: string): Reason => ({ code: "capacity-unknown", message });
  if (next === undefined) {
    return say(
      heldRate === null
        ? "the run has no phase step/*"
        : `every step held, but the highest is ${formatRate(heldRate)} iterations/s: ${formatRate(needed)} was asked and not tried`,
    );
  }
  if (next.verdict === "fail") {
    const held = heldRate === null ? "no step below it was tried" : `${formatRate(heldRate)} held`;
    return say(
      `${next.phase} broke and ${held}, but no step was at ${formatRate(needed)} iterations/s, which was asked`,
    );
  }
  return say(
    `${next.phase} ${next.verdict === "not-reached" ? "was not reached" : "is not decided"}: ${next.why ?? ""}`,
  );
}
