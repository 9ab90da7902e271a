import { playFaults } from "../../chaos/engine.ts";
import { endSecondsOf } from "../../chaos/group-faults.ts";
import type { Env } from "../../lib/env.ts";
import type { RunFolder } from "../run-folder.ts";
import type { FaultsToPlay } from "./create-world.ts";
import { watchAlerts } from "./watch-alerts.ts";

export interface PlayExperimentOptions {
  readonly env: Env;
  readonly folder: RunFolder;
  readonly faults: FaultsToPlay;
  /** Where the faults' times count from; monotonic milliseconds. */
  readonly startedMs: number;
  readonly prometheusUrl: string;
  readonly alertmanagerUrl: string | null;
}

/** How often it is seen that the load has ended, while a recovery is watched. */
const LOOK_MS = 250;

/** Plays the faults of an experiment, and watches the alerts that it names meanwhile, until the last recovery is over. Rejects like `playFaults`. */
export async function playExperiment(options: PlayExperimentOptions): Promise<void> {
  const { env, folder, faults, startedMs, prometheusUrl, alertmanagerUrl } = options;
  const { experiment, world } = faults;
  const { expected, forbidden } = experiment.alerts;
  if (expected.length + forbidden.length === 0) return playFaults(world, experiment, startedMs);
  const over = new AbortController();
  const watching = watchAlerts({ env, folder, prometheusUrl, alertmanagerUrl, signal: over.signal });
  try {
    await playFaults(world, experiment, startedMs);
    const untilMs = startedMs + endSecondsOf(experiment.faults) * 1000;
    while (env.clock.monotonicMs() < untilMs && !world.loadIsOver()) {
      await env.clock.sleep(Math.min(LOOK_MS, untilMs - env.clock.monotonicMs()), world.signal);
    }
  } finally {
    over.abort(new Error("the experiment is over"));
    await watching;
  }
}
