import { expect, test } from "vitest";

import type { LoadEvidence } from "../../lib/run/evidence.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { CUT_SHORT, PASSING } from "../testing/fixtures.ts";
import { renderLoadPerformance } from "./render-load-performance.ts";

const WAITING = { avg: 2.5, min: 0.5, med: 2, max: 90, "p(90)": 4, "p(95)": 6.5 };

function withLoad(change: Partial<LoadEvidence>): RunRecord {
  const { evidence } = PASSING;
  if (evidence === null) throw new Error("no evidence");
  return { ...PASSING, evidence: { ...evidence, load: { ...evidence.load, ...change } } };
}

const metricsOf = (record: RunRecord): unknown =>
  (JSON.parse(renderLoadPerformance(record)) as { metrics: unknown }).metrics;

test("the numbers that GitLab compares are those of the run", () => {
  expect(metricsOf(withLoad({ waitingMs: WAITING }))).toEqual({
    http_reqs: { count: 24_000, rate: 600 },
    http_req_waiting: WAITING,
    http_req_failed: { passes: 951, fails: 23_049, value: 951 / 24_000 },
    checks: { passes: 23_049, fails: 951, value: 23_049 / 24_000 },
    vus: { max: 118 },
  });
});

test("what was not seen is left out, never a zero", () => {
  expect(metricsOf(withLoad({ requests: null, failedRequests: null, checks: [], vusPeak: null }))).toEqual({});
  expect(metricsOf(CUT_SHORT)).toEqual({});
});
