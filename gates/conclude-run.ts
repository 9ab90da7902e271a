import { worstExitCode } from "../lib/exit-codes.ts";
import type { ExitCode } from "../lib/exit-codes.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { CapacityVerdict, ObjectiveVerdict, Reason, RunVerdict } from "../lib/run/verdict.ts";
import type { BrokenObjective } from "./run/broken-objective.ts";
import type { FaultsJudgement } from "./run/faults.ts";

/** Everything that has a say in the verdict of a run. */
export interface Findings {
  /** Those that decide by themselves: where there is a capacity, it decides for those of its steps. */
  readonly objectives: readonly ObjectiveVerdict[];
  readonly capacity: CapacityVerdict | null;
  readonly faults: FaultsJudgement;
  /** Questions of the experiment's hypothesis that did not hold. */
  readonly refuted: readonly Reason[];
  /** Whether there were such questions, and all of them held: where no objective is judged, that is what proves. */
  readonly upheld: boolean;
  readonly broken: BrokenObjective;
  /** What blocks a pass besides. */
  readonly blocking: readonly Reason[];
  /** Whether Prometheus was away for any objective. */
  readonly away: boolean;
  readonly events: readonly RunEvent[];
}

export interface Conclusion extends Pick<RunVerdict, "verdict" | "exitCode"> {
  /** The weightiest first: what a reader is told to do is the first one's cure. */
  readonly reasons: readonly Reason[];
  /** What failed besides objectives. */
  readonly failures: readonly Reason[];
}

/** The verdict's word, its exit code and its reasons: error before fail before inconclusive; a pass is what nothing stands against. */
export function concludeRun(findings: Findings): Conclusion {
  const { objectives, capacity, faults, refuted, broken } = findings;
  const blocking = [...broken.blocking, ...findings.blocking];
  const failed = objectives.filter(({ verdict }) => verdict === "fail").map(reasonOf);
  const undecided = objectives
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "fail")
    .filter((one) => !isTolerated(one))
    .map(reasonOf);
  const tooLow = capacity?.verdict === "fail" ? [capacity.reason] : [];
  const unknown = capacity?.verdict === "inconclusive" ? [capacity.reason] : [];
  const failures = [...faults.failures, ...refuted, ...broken.failures, ...tooLow];
  const proven =
    objectives.some(({ verdict }) => verdict === "pass") ||
    capacity?.verdict === "pass" ||
    (objectives.length === 0 && findings.upheld);
  return {
    ...wordOf(findings, {
      failed: failed.length + failures.length > 0,
      away: findings.away || blocking.some(({ code }) => code === "prometheus-unreachable"),
      proven: proven && blocking.length + undecided.length + unknown.length === 0,
    }),
    reasons: [...faults.leftBehind, ...failures, ...failed, ...blocking, ...unknown, ...undecided],
    failures,
  };
}

function wordOf(
  { faults, events }: Findings,
  { failed, away, proven }: { readonly failed: boolean; readonly away: boolean; readonly proven: boolean },
): Pick<RunVerdict, "verdict" | "exitCode"> {
  const codes: ExitCode[] = [];
  if (faults.leftBehind.length > 0) codes.push(5);
  if (away) codes.push(4);
  for (const event of events) {
    if (event.type === "cut-short") codes.push(event.cause === "SIGINT" ? 130 : event.cause === "SIGTERM" ? 143 : 3);
  }
  if (failed) codes.push(1);
  if (codes.length === 0) codes.push(proven ? 0 : 3);
  const exitCode = worstExitCode(codes);
  if (exitCode === 0) return { verdict: "pass", exitCode };
  if (faults.leftBehind.length > 0 || away) return { verdict: "error", exitCode };
  return { verdict: failed ? "fail" : "inconclusive", exitCode };
}

/** Undecided, and no key objective: it blocks no pass. */
export function isTolerated({ verdict, mayBeInconclusive }: ObjectiveVerdict): boolean {
  return verdict === "inconclusive" && mayBeInconclusive === true;
}

function reasonOf({ slo, phase, reason }: ObjectiveVerdict): Reason {
  return { code: reason.code, message: `${slo} in ${phase}: ${reason.message}` };
}
