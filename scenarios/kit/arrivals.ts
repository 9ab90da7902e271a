import { readSeconds } from "./duration.ts";

/** What planning needs of k6's arrival-rate scenarios. */
export interface ArrivalScenario {
  readonly executor?: string;
  readonly timeUnit?: number | string;
  readonly rate?: number;
  readonly startRate?: number;
  readonly stages?: readonly { readonly target: number; readonly duration: number | string }[];
}

/** When iterations are planned. */
export interface Arrivals {
  /** Iterations per second. */
  readonly peakRate: number;
  /** Seconds of the load at which the iteration with that index (0 is the first) is planned; past the plan's end Infinity. Asked for rising indexes. */
  plannedSeconds(index: number): number;
}

interface Stretch {
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly from: number;
  readonly to: number;
  /** Iterations planned before its end. */
  readonly until: number;
}

/** When an open model plans its iterations: where the area under its rate reaches their number. Null for a closed model, and where a duration can't be read. */
export function planArrivals(scenario: ArrivalScenario): Arrivals | null {
  const unitSeconds = readSeconds(scenario.timeUnit ?? "1s");
  if (unitSeconds === null || unitSeconds <= 0) return null;
  switch (scenario.executor) {
    case "constant-arrival-rate": {
      const rate = (scenario.rate ?? 0) / unitSeconds;
      // Its first iteration is planned at once, and not when one is due.
      return { peakRate: rate, plannedSeconds: (index) => index / rate };
    }
    case "ramping-arrival-rate":
      return rampingArrivals(scenario, unitSeconds);
    default:
      return null;
  }
}

function rampingArrivals({ startRate = 0, stages = [] }: ArrivalScenario, unitSeconds: number): Arrivals | null {
  const stretches: Stretch[] = [];
  let [startSeconds, from, until] = [0, startRate / unitSeconds, 0];
  for (const { target, duration } of stages) {
    const durationSeconds = readSeconds(duration);
    if (durationSeconds === null) return null;
    const to = target / unitSeconds;
    until += ((from + to) / 2) * durationSeconds;
    if (durationSeconds > 0) stretches.push({ startSeconds, durationSeconds, from, to, until });
    startSeconds += durationSeconds;
    from = to;
  }
  let current = 0;
  return {
    peakRate: Math.max(0, ...stretches.flatMap((stretch) => [stretch.from, stretch.to])),
    plannedSeconds: (index) => {
      if (index + 1 <= (stretches[current - 1]?.until ?? 0)) current = 0;
      while (current < stretches.length && index + 1 > (stretches[current]?.until ?? 0)) current += 1;
      const stretch = stretches[current];
      return stretch === undefined ? Infinity : timeOf(stretch, index + 1 - (stretches[current - 1]?.until ?? 0));
    },
  };
}

/** When `count` iterations of a stretch are due: the smaller root of `from·t + slope·t²/2 = count`, in the form that also holds on the level. */
function timeOf({ startSeconds, durationSeconds, from, to }: Stretch, count: number): number {
  const slope = (to - from) / durationSeconds;
  return startSeconds + (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * count)));
}
