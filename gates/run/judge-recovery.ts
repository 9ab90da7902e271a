import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { countEvents } from "../counters/count-events.ts";
import { countsEvents } from "../model/indicators.ts";
import type { ObjectiveInput } from "../objective-input.ts";
import { readyToCount } from "../ready-to-count.ts";
import { seeRecovery } from "./recovery-time.ts";
import type { RecoverySeen } from "./recovery-time.ts";
import type { JudgedWindow } from "../windows.ts";

/** Of a recovery that has a time to be back in: what its stretches say besides what came after that time. */
export function judgeRecovery(input: ObjectiveInput, judged: ObjectiveVerdict): ObjectiveVerdict {
  const { objective, unhealthy } = input;
  if (objective.recoversWithinSeconds === undefined || judged.events === null) return judged;
  const seen = recoveryOf(input, objective.recoversWithinSeconds);
  if (!seen.ok) return { ...judged, verdict: "inconclusive", reason: seen.reason };
  const { time, lateChance, held } = seen.value;
  const verdict = { ...judged, recovery: time };
  const allowed = `${time.withinSeconds} s allowed`;
  if (lateChance !== null && judged.verdict !== "fail" && judged.verdict !== "error") {
    if (unhealthy !== undefined) return { ...verdict, verdict: "inconclusive", reason: unhealthy };
    const message = `still missed ${time.seenSeconds.toFixed(1)} s after the recovery began, ${allowed}`;
    return {
      ...verdict,
      verdict: "fail",
      missProbability: lateChance,
      reason: { code: "recovery-too-slow", message },
    };
  }
  if (judged.verdict !== "pass") return verdict;
  if (!held) {
    const message = `it may still have been missed ${time.seenSeconds.toFixed(1)} s after the recovery began, ${allowed}`;
    return { ...verdict, verdict: "inconclusive", reason: { code: "recovery-undecided", message } };
  }
  const back = `${time.seenSeconds === 0 ? "never missed" : `back after at most ${time.seenSeconds.toFixed(1)} s`}, ${allowed}`;
  return { ...verdict, reason: { ...judged.reason, message: `${back}; then ${judged.reason.message}` } };
}

function recoveryOf(input: ObjectiveInput, withinSeconds: number): Attempt<RecoverySeen> {
  const { objective, confidence, failureBurst } = input;
  const windows = input.windows.filter(({ phase }) => phase === objective.phase);
  const ready = readyToCount(input, windows);
  if (!ready.ok) return ready;
  if (!countsEvents(objective)) return blocked("no-data", "a recovery is timed by events");
  const { window } = ready.value;
  const began = window.began ?? window.asked.from;
  const whole = { ...window, asked: { ...window.asked, from: began } };
  const tally = countEvents({ ...ready.value, window: whole, objective });
  if (!tally.ok) return tally;
  const { target } = objective;
  return found(seeRecovery(tally.value.clusters, { began, withinSeconds, target, confidence, failureBurst }));
}

/** The window in which an objective must hold: in a recovery that has a time to be back in, what comes after it. */
export function windowToHold({ recoversWithinSeconds }: ObjectivePlan, window: JudgedWindow): JudgedWindow {
  if (recoversWithinSeconds === undefined) return window;
  const from = Math.max(window.asked.from, (window.began ?? window.asked.from) + recoversWithinSeconds);
  return { ...window, asked: { ...window.asked, from } };
}
