import type { FaultPlan } from "../lib/run/plan.ts";
import type { Window } from "../lib/run/phase.ts";
import type { FaultVerdict } from "../lib/run/verdict.ts";
import type { Instance } from "./instances/instances.ts";

/** What a fault declares to cause on its own target, between inject and recovered. */
export interface Excuse extends Window {
  readonly fault: string;
  readonly target: string;
  /** Whether the target starts again, with its counters at 0. */
  readonly restarts: boolean;
  /** Whether the target can't be scraped for a while. */
  readonly gaps: boolean;
}

/** The excuses of the faults that were injected. One that was not seen to end excuses what comes after it. */
export function excusesOf(planned: readonly FaultPlan[], faults: readonly FaultVerdict[]): readonly Excuse[] {
  return planned.flatMap((plan) => {
    const verdict = faults.find(({ name }) => name === plan.name);
    if (verdict === undefined || verdict.injectedAt === null) return [];
    return [
      {
        fault: plan.name,
        target: verdict.target,
        from: verdict.injectedAt,
        to: verdict.recoveredAt ?? Number.POSITIVE_INFINITY,
        restarts: plan.nature === "instant",
        gaps: plan.callerCounts,
      },
    ];
  });
}

/**
 * The excuse for a restart or a gap of an instance in a window between two scrapes, if a fault declared it. What the fault did is seen at
 * the first scrapes around it, so the window may reach `slackSeconds` beyond the fault's own times.
 */
export function excuseFor(
  excuses: readonly Excuse[],
  what: "restarts" | "gaps",
  instance: Instance,
  window: Window,
  slackSeconds: number,
): Excuse | undefined {
  return excuses.find(
    (excuse) =>
      excuse[what] &&
      isTarget(excuse.target, instance) &&
      window.to >= excuse.from &&
      window.from >= excuse.from - slackSeconds &&
      window.from <= excuse.to &&
      window.to <= excuse.to + slackSeconds,
  );
}

/**
 * Whether what a fault hit (`process/store`, or several with commas between them) is what Prometheus scrapes as this instance: the scrape job of a process is called like the
 * process, and a container's is called like it, or its instance has its name as the host.
 */
export function isTarget(targets: string, { job, instance }: Instance): boolean {
  return targets.split(", ").some((target) => {
    const name = target.replace(/^(?:process|container)\//, "");
    if (target !== name && name === job) return true;
    if (target.startsWith("container/") && name === instance.replace(/:\d+$/, "")) return true;
    return target === job || target === instance;
  });
}
