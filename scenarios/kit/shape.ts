import type { Options } from "k6/options";

/** An open-model load: iterations start at a rate, however long each takes. */
export interface SteadyRate {
  /** Iterations per second. */
  readonly rate: number;
  /** Seconds, the warm-up among them. */
  readonly durationSeconds: number;
  /** The first seconds, in which the rate climbs to its level; they are not judged. */
  readonly warmupSeconds: number;
  /** The longest iteration to expect; VUs are planned for it, so that a slow service does not hold the load back. */
  readonly worstLatencySeconds: number;
}

/** Of the VUs that the rate and the worst latency need, this many are allocated. */
const VU_HEADROOM = 1.3;

/** Tags that k6 sets itself: no URL among them, so that a series is a kind of request and not a request. */
const SYSTEM_TAGS = ["scenario", "name", "method", "status", "expected_response", "error_code"] as const;

/** A climb starts at this share of the rate: a cold service that is hit at once answers a queue for a long time after. */
const START_SHARE = 0.1;

/** Iterations that k6 plans in the climb of the warm-up. */
export function climbIterations({ rate, warmupSeconds }: Pick<SteadyRate, "rate" | "warmupSeconds">): number {
  return ((Math.ceil(START_SHARE * rate) + rate) / 2) * warmupSeconds;
}

/** The k6 options of a load. `name` is the scenario's. */
export function steadyRate(name: string, shape: SteadyRate): Options {
  return {
    scenarios: {
      [name]: {
        executor: "ramping-arrival-rate",
        startRate: Math.ceil(START_SHARE * shape.rate),
        timeUnit: "1s",
        stages: [
          { target: shape.rate, duration: `${shape.warmupSeconds}s` },
          { target: shape.rate, duration: `${shape.durationSeconds - shape.warmupSeconds}s` },
        ],
        preAllocatedVUs: Math.ceil(VU_HEADROOM * shape.rate * shape.worstLatencySeconds),
        gracefulStop: "5s",
        env: { PROOFLOAD_WARMUP_SECONDS: String(shape.warmupSeconds) },
      },
    },
    systemTags: [...SYSTEM_TAGS],
    tags: { testid: __ENV["PROOFLOAD_RUN_ID"] ?? "by-hand" },
    discardResponseBodies: true,
    summaryTrendStats: ["avg", "min", "med", "max", "p(95)", "p(99)", "count"],
  };
}
