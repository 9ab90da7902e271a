import { countEvents } from "../../gates/counters/count-events.ts";
import { formatShare } from "../../gates/format.ts";
import { holds, OPERATOR_SIGNS } from "../../gates/model/operators.ts";
import type { CheckAnswer } from "../../chaos/engine-world.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { CheckPlan } from "../../lib/run/plan.ts";
import { readCounters, readUp } from "./read-counters.ts";

export interface AskWorld {
  readonly env: Pick<Env, "fetch" | "clock">;
  readonly prometheus: PrometheusClient;
  readonly scrapeIntervalSeconds: number;
}

/** Asks a question about the service; throws when there is no answer that could be held against anything. */
export function askCheck(world: AskWorld, check: CheckPlan, signal: AbortSignal): Promise<CheckAnswer> {
  switch (check.kind) {
    case "promql":
      return askPromql(world, check);
    case "http":
      return askHttp(world, check, signal);
    case "slo":
      return askSlo(world, check);
  }
}

type CheckOf<Kind extends CheckPlan["kind"]> = Extract<CheckPlan, { readonly kind: Kind }>;

async function askPromql({ prometheus }: AskWorld, { query, op, value }: CheckOf<"promql">): Promise<CheckAnswer> {
  const outcome = await prometheus.query(query);
  if (outcome.kind !== "ok") throw new Error(`${query}: ${outcome.message}`);
  const notices = [...outcome.warnings, ...outcome.infos];
  if (notices.length > 0) throw new Error(`${query}: ${notices.join("; ")}`);
  const [series, ...more] = outcome.series;
  if (more.length > 0) throw new Error(`${query}: ${more.length + 1} series where one value is asked: aggregate it`);
  const seen = series?.samples.at(-1)?.[1];
  if (seen === undefined || Number.isNaN(seen)) throw new Error(`${query}: no value`);
  return {
    held: holds(seen, op, value),
    message: `${Number(seen.toPrecision(4))}, asked ${OPERATOR_SIGNS[op]} ${value}`,
  };
}

async function askHttp({ env }: AskWorld, check: CheckOf<"http">, signal: AbortSignal): Promise<CheckAnswer> {
  const { url, status, withinSeconds, contains } = check;
  try {
    const reply = await httpRequest(env, url, { timeoutMs: withinSeconds * 1000, signal });
    if (!status.includes(reply.status)) {
      return { held: false, message: `${url}: status ${reply.status}, asked ${status.join(" or ")}` };
    }
    if (contains !== null && !reply.text.includes(contains)) {
      return { held: false, message: `${url}: the body does not hold '${contains}'` };
    }
    return { held: true, message: `${url}: status ${reply.status}` };
  } catch (error) {
    if (signal.aborted) throw error;
    return { held: false, message: `${url}: ${messageOf(error)}` };
  }
}

async function askSlo(world: AskWorld, { slo, windowSeconds, target, counted }: CheckOf<"slo">): Promise<CheckAnswer> {
  const { env, prometheus, scrapeIntervalSeconds } = world;
  if (counted === null || target === null) throw new Error(`the SLO ${slo} was not looked up`);
  const to = env.clock.now() / 1000;
  const window = { from: to - windowSeconds, to };
  const counters = await readCounters(prometheus, [counted], window);
  const scraped = await readUp(prometheus, counters, window);
  const tally = countEvents({
    objective: counted,
    window: { phase: "", asked: window, lastMoment: to, start: "after" },
    evidence: { counters, ...scraped },
    scrapeIntervalSeconds,
    excuses: [],
  });
  if (!tally.ok) throw new Error(tally.reason.message);
  const { good, total } = tally.value;
  if (!(total > 0)) throw new Error(`${slo}: no events in the last ${windowSeconds} s`);
  const share = good / total;
  return { held: share >= target, message: `${formatShare(share)} of ${total} events, asked ${formatShare(target)}` };
}
