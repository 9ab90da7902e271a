import { unlessAborted } from "../../lib/deadline.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf } from "../../lib/errors.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunFolder } from "../run-folder.ts";
import { lookAtObjectives } from "./look-at-objectives.ts";

export interface WatchObjectivesOptions {
  readonly env: Pick<Env, "clock">;
  readonly plan: RunPlan;
  readonly prometheus: PrometheusClient;
  readonly folder: Pick<RunFolder, "events" | "emit">;
  /** Aborted when the load has ended. */
  readonly signal: AbortSignal;
  /** Called once, after the objective that broke was written into the timeline. */
  readonly onBroken: () => void;
}

/** Looks are this share of the window apart: what they see is nearly the same. */
const LOOKS_PER_WINDOW = 20;
const LEAST_SECONDS = 2;
const MOST_SECONDS = 15;

/**
 * Watches the objectives that end the load when they break (`abortOnFail`), one look after another, each over the last
 * `abortWindow` of the phase that is on. Only what the gate would fail breaks one; anything odd in the data does not.
 */
export async function watchObjectives(options: WatchObjectivesOptions): Promise<void> {
  const { env, plan, prometheus, folder, signal } = options;
  const watched = plan.gate.objectives.filter(({ abortOnFail }) => abortOnFail);
  if (watched.length === 0) return;
  const identity = await unlessAborted(signal, prometheus.identify());
  const objectives = watched.filter(
    ({ countedBy }) => countedBy === "caller" || !isSkewed(identity?.skewSeconds ?? 0, plan.scrapeIntervalSeconds),
  );
  const everySeconds = Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, plan.gate.abortWindowSeconds / LOOKS_PER_WINDOW));
  while (!signal.aborted) {
    await env.clock.sleep(everySeconds * 1000, signal).catch(() => undefined);
    if (signal.aborted) return;
    const look = { plan, objectives, prometheus, events: folder.events(), at: env.clock.now() / 1000 };
    // A Prometheus that takes its time must not keep the run from ending, nor may a look that fails.
    const looking = lookAtObjectives(look).catch((error: unknown) => {
      if (!signal.aborted) folder.emit({ type: "note", text: `a look at the objectives failed: ${messageOf(error)}` });
      return null;
    });
    const broken = await unlessAborted(signal, looking);
    if (broken === null || signal.aborted) continue;
    folder.emit({ type: "objective-broke", ...broken });
    options.onBroken();
    return;
  }
}

/** Samples with another clock's times can't be laid to phases; its Date header has whole seconds. */
function isSkewed(skewSeconds: number, scrapeIntervalSeconds: number): boolean {
  return Math.abs(skewSeconds) > Math.max(1, scrapeIntervalSeconds) + 0.5;
}
