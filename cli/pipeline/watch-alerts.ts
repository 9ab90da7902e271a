import type { Env } from "../../lib/env.ts";
import { messageOf } from "../../lib/errors.ts";
import { readAlertmanagerAlerts, readPrometheusAlerts } from "../../lib/prometheus/alerts.ts";
import type { ActiveAlert } from "../../lib/prometheus/alerts.ts";
import type { AlertEvent } from "../../lib/run/events.ts";
import type { RunFolder } from "../run-folder.ts";

export interface WatchAlertsOptions {
  readonly env: Pick<Env, "clock" | "fetch">;
  readonly folder: Pick<RunFolder, "emit">;
  readonly prometheusUrl: string;
  /** Null where nobody is told of alerts. */
  readonly alertmanagerUrl: string | null;
  /** Aborted when the experiment is over. */
  readonly signal: AbortSignal;
}

const EVERY_MS = 500;
const TIMEOUT_MS = 2000;
/** So many alerts change at the most in a timeline that people can read. */
const MOST = 500;

/**
 * Writes down when alerts become pending, fire and are over, as Prometheus and the Alertmanager tell; each was so at the look before `at`, or later, which
 * `after` says. That nobody answered for a while is written down once, and at the end how long was watched.
 */
export async function watchAlerts(options: WatchAlertsOptions): Promise<void> {
  const { env, folder, signal } = options;
  const seen = new Map<string, { readonly alert: ActiveAlert; readonly source: AlertEvent["source"] }>();
  let lastLook = env.clock.now() / 1000;
  let told = 0;
  let blind = false;
  const change = (key: string, state: AlertEvent["state"], at: number): void => {
    const entry = seen.get(key);
    if (entry === undefined || (told += 1) > MOST) return;
    const { alert, source } = entry;
    folder.emit({ type: "alert", alert: alert.name, labels: alert.labels, source, state, after: lastLook }, at);
  };
  while (!signal.aborted) {
    const asked = env.clock.now() / 1000;
    try {
      const now = await look(options);
      const at = env.clock.now() / 1000;
      for (const [key, entry] of now) {
        if (seen.get(key)?.alert.state === entry.alert.state) continue;
        seen.set(key, entry);
        change(key, entry.alert.state, at);
      }
      for (const key of [...seen.keys()].filter((known) => !now.has(known))) {
        change(key, "over", at);
        seen.delete(key);
      }
      lastLook = asked;
    } catch (error) {
      if (!signal.aborted && !blind)
        folder.emit({ type: "alerts-unseen", message: `alerts could not be seen: ${messageOf(error)}` });
      blind ||= !signal.aborted;
    }
    await env.clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
  folder.emit({ type: "alerts-watched" }, lastLook);
}

async function look({
  env,
  prometheusUrl,
  alertmanagerUrl,
  signal,
}: WatchAlertsOptions): Promise<
  ReadonlyMap<string, { readonly alert: ActiveAlert; readonly source: AlertEvent["source"] }>
> {
  const options = { timeoutMs: TIMEOUT_MS, signal };
  const [prometheus, alertmanager] = await Promise.all([
    readPrometheusAlerts(env, prometheusUrl, options),
    alertmanagerUrl === null ? [] : readAlertmanagerAlerts(env, alertmanagerUrl, options),
  ]);
  return new Map(
    [
      ...prometheus.map((alert) => ({ alert, source: "prometheus" as const })),
      ...alertmanager.map((alert) => ({ alert, source: "alertmanager" as const })),
    ].map((entry) => [JSON.stringify([entry.source, entry.alert.name, entry.alert.labels]), entry]),
  );
}
