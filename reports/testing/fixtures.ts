import type { RunRecord } from "../../lib/run/record.ts";
import { fixtureEvents } from "./fixture-events.ts";
import { fixtureEvidence } from "./fixture-evidence.ts";
import { PLAN } from "./fixture-plan.ts";
import { FAULTS, GOOD_COUNTS, LOAD, objectivesWith, PASS_VERDICT } from "./fixture-verdict.ts";
import { CLOSED, STRESS } from "./fixture-stress.ts";
import { LOAD_START, phasesUntil } from "./timeline.ts";

export { CLOSED, STRESS };

/** A run in which everything was proven. */
export const PASSING: RunRecord = {
  plan: PLAN,
  events: fixtureEvents(40, FAULTS),
  evidence: fixtureEvidence({ seconds: 40, slowSeconds: 0.12 }),
  verdict: PASS_VERDICT,
};

/** Too slow while the network is slow: 4,950 of 6,000 events. */
export const FAILING: RunRecord = {
  ...PASSING,
  evidence: fixtureEvidence({ seconds: 40, slowSeconds: 0.29 }),
  verdict: {
    ...PASS_VERDICT,
    verdict: "fail",
    exitCode: 1,
    summary:
      "checkout-latency was missed by 81.5 points in fault/latency: 17.5 % of 6,000 requests were fast enough, 99 % were promised.",
    reasons: [
      {
        code: "interval-outside",
        message: "checkout-latency in fault/latency: the whole interval misses the objective",
      },
    ],
    objectives: objectivesWith(GOOD_COUNTS.with(3, [1050, 6000])),
  },
};

/** Too few events in a short phase, and a fault without a measured effect. */
export const INCONCLUSIVE: RunRecord = {
  ...PASSING,
  evidence: fixtureEvidence({ seconds: 40, slowSeconds: 0.001 }),
  verdict: {
    ...PASS_VERDICT,
    verdict: "inconclusive",
    exitCode: 3,
    summary: "The latency fault had no measured effect, and k6 started only 22,824 of 24,000 iterations.",
    reasons: [
      { code: "fault-not-proven", message: "latency: the round trip was 1.4 ms, 120 ms were asked" },
      { code: "load-not-delivered", message: "k6 started 95.1 % of the planned iterations, 99 % are needed" },
      { code: "interval-straddles", message: "checkout-availability in recovery/latency: too few events to decide" },
    ],
    objectives: objectivesWith(GOOD_COUNTS.with(4, [1794, 1800])),
    faults: FAULTS.map((fault, index) =>
      index > 0
        ? fault
        : {
            ...fault,
            proof: {
              kind: "unproven",
              message: "the round trip did not change",
              measurement: {
                what: "median round trip through the proxy",
                unit: "ms",
                before: 1.3,
                asked: 120,
                measured: 1.4,
              },
            },
          },
    ),
    load: {
      ...LOAD,
      startedIterations: 22_824,
      deliveredShare: 0.951,
      requests: 22_824,
      requestsSeenByService: 21_873,
      reasons: [
        { code: "load-not-delivered", message: "k6 started 95.1 % of the planned iterations, 99 % are needed" },
      ],
    },
  },
};

/** Prometheus was gone when evidence was collected. */
export const ERRORED: RunRecord = {
  ...PASSING,
  evidence: {
    ...fixtureEvidence({ seconds: 40, slowSeconds: 0.12 }),
    prometheus: {
      reachable: false,
      url: "http://127.0.0.1:9090",
      version: null,
      error: "connect ECONNREFUSED 127.0.0.1:9090",
      skewSeconds: null,
      gaps: [],
    },
    charts: [],
  },
  verdict: {
    ...PASS_VERDICT,
    verdict: "error",
    exitCode: 4,
    summary: "Prometheus did not answer when evidence was collected, so nothing could be judged.",
    reasons: [{ code: "prometheus-unreachable", message: "connect ECONNREFUSED 127.0.0.1:9090" }],
    objectives: objectivesWith([]).map((objective) => ({
      ...objective,
      verdict: "error",
      reason: { code: "prometheus-unreachable", message: "connect ECONNREFUSED 127.0.0.1:9090" },
    })),
    load: { ...LOAD, requestsSeenByService: null },
  },
};

/** Interrupted in the latency fault, of which the undo failed; no evidence was collected. */
export const CUT_SHORT: RunRecord = {
  ...PASSING,
  events: [
    ...fixtureEvents(21, FAULTS),
    { at: LOAD_START + 21, type: "cut-short", cause: "SIGINT" },
    {
      at: LOAD_START + 26.5,
      type: "fault-left-behind",
      fault: "latency",
      message: "the proxy did not answer",
      command: "proofload chaos recover",
    },
  ],
  evidence: null,
  verdict: {
    ...PASS_VERDICT,
    verdict: "error",
    exitCode: 5,
    summary: "The run was interrupted after 21 s, and the latency fault may still be there.",
    reasons: [
      { code: "fault-not-undone", message: "latency: the proxy did not answer" },
      { code: "run-cut-short", message: "SIGINT after 21 s" },
    ],
    objectives: objectivesWith([]),
    faults: FAULTS.map((fault, index) =>
      index === 0
        ? {
            ...fault,
            undoneAt: null,
            recoveredAt: null,
            undoProof: { kind: "unproven", measurement: null, message: "the proxy did not answer" },
          }
        : {
            ...fault,
            injectedAt: null,
            undoneAt: null,
            recoveredAt: null,
            proof: { kind: "not-reached" },
            undoProof: { kind: "not-reached" },
          },
    ),
    load: {
      ...LOAD,
      startedIterations: null,
      deliveredShare: null,
      requests: null,
      requestsSeenByService: null,
      cpuShare: null,
      startLagP99Seconds: null,
      reasons: [{ code: "load-unobserved", message: "k6 left no summary" }],
    },
    phases: phasesUntil(21),
  },
};

/** Every fixture by its name. */
export const FIXTURES = { PASSING, FAILING, INCONCLUSIVE, ERRORED, CUT_SHORT, STRESS, CLOSED } as const;
