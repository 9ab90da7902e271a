import type { LoadEvidence } from "../../lib/run/evidence.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { runTimes } from "../words/run-times.ts";

type Metric = Readonly<Record<string, number>>;

/**
 * The load as GitLab's `load_performance` report: the `metrics` of a `k6 run --summary-export`, times in milliseconds, rates per second of the load. A number that
 * was not seen is left out: GitLab then compares the others. No name of the service's is in it.
 */
export function renderLoadPerformance(record: RunRecord): string {
  const { loadStart, loadEnd } = runTimes(record);
  const seconds = loadStart === null || loadEnd === null ? null : loadEnd - loadStart;
  const metrics = record.evidence === null ? {} : metricsOf(record.evidence.load, seconds);
  return `${JSON.stringify({ metrics }, null, 2)}\n`;
}

function metricsOf(load: LoadEvidence, seconds: number | null): Readonly<Record<string, Metric>> {
  const { requests, failedRequests, vusPeak, waitingMs } = load;
  return {
    ...(requests === null || seconds === null || seconds <= 0
      ? {}
      : { http_reqs: { count: requests, rate: requests / seconds } }),
    ...(waitingMs === undefined ? {} : { http_req_waiting: waitingMs }),
    ...(requests === null || failedRequests === null
      ? {}
      : rate("http_req_failed", failedRequests, requests - failedRequests)),
    ...checksOf(load),
    ...(vusPeak === null ? {} : { vus: { max: vusPeak } }),
  };
}

function checksOf({ checks }: LoadEvidence): Readonly<Record<string, Metric>> {
  const sum = (of: "passes" | "fails"): number => checks.reduce((total, check) => total + check[of], 0);
  return rate("checks", sum("passes"), sum("fails"));
}

/** k6's Rate: how often it was so, and how often not. */
function rate(name: string, passes: number, fails: number): Readonly<Record<string, Metric>> {
  const all = passes + fails;
  return all > 0 ? { [name]: { passes, fails, value: passes / all } } : {};
}
