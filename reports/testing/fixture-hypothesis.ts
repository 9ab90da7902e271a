import type { RunRecord } from "../../lib/run/record.ts";
import { FAILING } from "./fixtures.ts";

/** A run whose experiment asks a question that was refuted, and expects an alert that fired. */
export const REFUTED: RunRecord = {
  ...FAILING,
  verdict: {
    ...FAILING.verdict,
    faults: FAILING.verdict.faults.map((fault, index) =>
      index > 0
        ? fault
        : {
            ...fault,
            times: {
              effective: { at: 100, uncertaintySeconds: 0.25 },
              firstBreach: null,
              mitigated: null,
              alertPending: null,
              alertFiring: { at: 104.5, uncertaintySeconds: 0.25 },
              undone: null,
              recovered: null,
              toDetect: { seconds: 4.5, uncertaintySeconds: 0.5 },
              toMitigate: null,
              toRecover: null,
            },
          },
    ),
    probes: [
      { probe: "cart-answers", when: "before", group: null, verdict: "pass", asked: 1, at: 90, message: "status 200" },
      {
        probe: "cart-answers",
        when: "during",
        group: "latency",
        verdict: "fail",
        asked: 3,
        at: 101,
        message: "status 503",
      },
    ],
    alerts: [
      { alert: "CheckoutSlow", expected: true, verdict: "pass", firedAt: 105, overAt: null, message: "it fired" },
    ],
  },
};
