import { queriesOf } from "../../gates/counters/count-events.ts";
import type { Env } from "../../lib/env.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { GateQuestion } from "../../lib/run/gate-record.ts";

const WITHIN_SECONDS = 30;
const ASK_EVERY_MS = 500;
/** What is older has no newer sample in an instant query: Prometheus looks five minutes back. */
const LOOKBACK_SECONDS = 300;

/**
 * Waits until each series has a sample at or after the end of the window, so that none of the window's is still on its way; half a
 * minute at most, then what is there has to do. `now` (Unix seconds) is Prometheus's own time.
 */
export async function waitUntilQueryable(
  env: Pick<Env, "clock">,
  client: PrometheusClient,
  question: GateQuestion,
  { now, say }: { readonly now: number; readonly say: (text: string) => void },
): Promise<void> {
  const { to } = question.window;
  if (now - to > LOOKBACK_SECONDS) return;
  // k6 writes a counter only when it changed.
  const scraped = question.objectives.filter(({ countedBy }) => countedBy === "service");
  const missing = new Set(scraped.map((objective) => queriesOf(objective)[1]));
  const deadline = env.clock.monotonicMs() + WITHIN_SECONDS * 1000;
  let told = false;
  for (;;) {
    for (const query of missing) {
      const outcome = await client.query(`min(timestamp(${query}))`);
      const newest = outcome.kind === "ok" ? outcome.series[0]?.samples[0]?.[1] : undefined;
      // Of what has no series, or can't be asked, nothing is on its way.
      if (newest === undefined || newest >= to) missing.delete(query);
    }
    if (missing.size === 0) return;
    if (env.clock.monotonicMs() >= deadline) break;
    if (!told) say(`waiting for the samples of the window's end, ${WITHIN_SECONDS} s at the most`);
    told = true;
    await env.clock.sleep(ASK_EVERY_MS);
  }
  say(`no sample came after the window's end within ${WITHIN_SECONDS} s: ${[...missing].join(", ")}`);
}
