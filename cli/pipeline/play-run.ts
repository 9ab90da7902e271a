import type { Env } from "../../lib/env.ts";
import { messageOf } from "../../lib/errors.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { k6ExitReason } from "../../lib/run/k6-exit-codes.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunFolder } from "../run-folder.ts";
import type { FaultsToPlay } from "./create-world.ts";
import { playExperiment } from "./play-experiment.ts";
import type { RunningLoad } from "./run-load.ts";
import { watchObjectives } from "./watch-objectives.ts";
import { watchPrometheus } from "./watch-prometheus.ts";

export interface PlayOptions {
  readonly env: Env;
  readonly plan: RunPlan;
  readonly folder: RunFolder;
  /** Null where the run has no experiment. */
  readonly faults: FaultsToPlay | null;
  readonly load: RunningLoad;
  readonly prometheus: PrometheusClient;
  /** Null where nobody is told of alerts. */
  readonly alertmanagerUrl: string | null;
  readonly cutShort: (cause: string) => void;
  readonly signal: AbortSignal;
}

/** Plays the experiment while the load runs, and returns when the load has ended and every fault is undone. */
export async function playRun(options: PlayOptions): Promise<void> {
  const { env, plan, folder, load, prometheus, cutShort, signal } = options;
  const watching = new AbortController();
  const broken = { it: false };
  const watches = Promise.all([
    watchPrometheus(env, prometheus.url, folder, watching.signal),
    watchObjectives({
      env,
      plan,
      prometheus,
      folder,
      signal: watching.signal,
      onBroken: () => {
        broken.it = true;
        void load.stop();
      },
    }),
  ]);
  const plannedEndMs = load.startedMs + plan.load.durationSeconds * 1000;
  const ended = load.ended.then((code) => {
    // k6 stops by itself at the end, give or take its own rounding.
    if (broken.it || env.clock.monotonicMs() >= plannedEndMs - 1000) return;
    cutShort(`k6 ended early: ${k6ExitReason(code).meaning}`);
  });
  const { faults } = options;
  const playing =
    faults === null
      ? Promise.resolve()
      : playExperiment({
          env,
          folder,
          faults,
          startedMs: load.startedMs,
          prometheusUrl: prometheus.url,
          alertmanagerUrl: options.alertmanagerUrl,
        });
  const [tagged, played] = await Promise.allSettled([tagPhases(options), playing]);
  for (const result of [tagged, played]) {
    if (result.status === "rejected" && !signal.aborted) cutShort(messageOf(result.reason));
  }
  await ended;
  watching.abort(new Error("the load has ended"));
  await watches;
}

/** Writes when the phases of the load's shape begin; those of faults are written by whoever plays them. */
async function tagPhases({ env, plan, folder, load, signal }: PlayOptions): Promise<void> {
  const over = new AbortController();
  void load.ended.then(() => over.abort(new Error("the load has ended")));
  for (const { phase, startSeconds } of plan.timeline.slice(1)) {
    if (isFaultPhase(plan, phase)) continue;
    const waitMs = Math.max(0, load.startedMs + startSeconds * 1000 - env.clock.monotonicMs());
    await env.clock.sleep(waitMs, AbortSignal.any([signal, over.signal])).catch((error: unknown) => {
      if (!over.signal.aborted) throw error;
    });
    if (over.signal.aborted) return;
    folder.emit({ type: "phase", phase });
  }
}

function isFaultPhase({ experiment }: RunPlan, phase: string): boolean {
  return experiment !== null && /^(?:fault|recovery)\//.test(phase);
}
