import type { GateRecord } from "../../lib/run/gate-record.ts";
import { WINDOW_PHASE } from "../../lib/run/gate-record.ts";
import { INCONCLUSIVE } from "./fixtures.ts";

const WINDOW = { from: 1_749_893_500, to: 1_749_895_300 };
const NOTHING = { kind: "ok", series: [], warnings: [], infos: [] } as const;
const { plan, verdict } = INCONCLUSIVE;
const named = { phase: WINDOW_PHASE, windowAsked: WINDOW, windowCovered: { ...WINDOW, to: WINDOW.to - 60 } };

/** A gate that judged half an hour without a run, and could not decide. */
export const GATE: GateRecord = {
  evidence: {
    schemaVersion: 1,
    kind: "gate",
    collectedAt: "2025-06-14T10:05:00.000Z",
    question: {
      window: WINDOW,
      excluded: [{ from: WINDOW.from + 600, to: WINDOW.from + 660 }],
      relative: false,
      confidence: verdict.confidence,
      failureBurst: 1,
      objectives: plan.gate.objectives.map((objective) => ({ ...objective, phase: WINDOW_PHASE })),
    },
    prometheus: { reachable: true, url: "http://127.0.0.1:9090", version: "3.1.0", error: null, skewSeconds: 0.4 },
    read: { from: WINDOW.from - 300, to: WINDOW.to },
    counters: [],
    up: NOTHING,
    scrapeIntervalSeconds: null,
    configuredSeconds: null,
  },
  verdict: {
    schemaVersion: 1,
    kind: "gate",
    verdict: "inconclusive",
    exitCode: 3,
    summary: "checkout-availability could not be decided: too few events to decide",
    reasons: verdict.reasons.slice(2),
    objectives: verdict.objectives.map((objective) => ({ ...objective, ...named })),
    confidence: verdict.confidence,
    window: WINDOW,
    excluded: [{ from: WINDOW.from + 600, to: WINDOW.from + 660 }],
    prometheus: { url: "http://127.0.0.1:9090", version: "3.1.0", skewSeconds: 0.4, scrapeIntervalSeconds: 15 },
  },
};
