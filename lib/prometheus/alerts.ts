import { z } from "zod";

import type { Env } from "../env.ts";
import { httpRequest } from "../http.ts";

/** An alert that is pending or firing now. */
export interface ActiveAlert {
  readonly name: string;
  /** Without `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
}

const labels = z.record(z.string(), z.string());
const prometheusSchema = z.object({
  status: z.literal("success"),
  data: z.object({ alerts: z.array(z.object({ labels, state: z.enum(["pending", "firing", "inactive"]) })) }),
});
const alertmanagerSchema = z.array(
  z.object({ labels, status: z.object({ state: z.enum(["unprocessed", "active", "suppressed"]) }) }),
);

/** The alerts of a Prometheus that are not inactive; throws when it gives no whole answer within `timeoutMs`. */
export async function readPrometheusAlerts(
  env: Pick<Env, "fetch">,
  url: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly ActiveAlert[]> {
  const { data } = prometheusSchema.parse(await readJson(env, `${url}/api/v1/alerts`, options));
  return data.alerts.flatMap(({ labels: all, state }) => (state === "inactive" ? [] : [alertOf(all, state)]));
}

/** The alerts that an Alertmanager was told of, silenced ones too; throws when it gives no whole answer within `timeoutMs`. */
export async function readAlertmanagerAlerts(
  env: Pick<Env, "fetch">,
  url: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<readonly ActiveAlert[]> {
  const alerts = alertmanagerSchema.parse(await readJson(env, `${url}/api/v2/alerts`, options));
  return alerts.map(({ labels: all }) => alertOf(all, "firing"));
}

async function readJson(
  env: Pick<Env, "fetch">,
  url: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<unknown> {
  const { status, text } = await httpRequest(env, url, options);
  if (status !== 200) throw new Error(`${url}: status ${status}`);
  return JSON.parse(text);
}

function alertOf(
  { alertname = "", ...labels }: Readonly<Record<string, string>>,
  state: ActiveAlert["state"],
): ActiveAlert {
  return { name: alertname, labels, state };
}
