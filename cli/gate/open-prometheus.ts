import type { Env } from "../../lib/env.ts";
import type { PrometheusAccess } from "../../lib/prometheus/access.ts";
import { createPrometheusClient } from "../../lib/prometheus/client.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { readAccess } from "./read-access.ts";
import type { AccessArguments } from "./read-access.ts";
import { saySeldom } from "./say-seldom.ts";

/** A Prometheus as options and variables say that it is asked. */
export interface OpenedPrometheus {
  readonly client: PrometheusClient;
  readonly access: PrometheusAccess;
  /** With the certificates that were named, if any were. */
  readonly env: Pick<Env, "clock" | "fetch">;
  /** Says on standard error what long work is at, as it does where a query is asked again. */
  readonly sayAtLength: (text: string) => void;
}

/** Makes the client that options, variables and certificates ask for; asks nothing yet. Throws usage errors (exit code 2), which hold no secret. */
export async function openPrometheus(
  env: Env,
  urlText: string,
  args: AccessArguments,
  timeoutMs: number,
): Promise<OpenedPrometheus> {
  const { url, access: read, certificates } = readAccess(env, urlText, args, timeoutMs);
  const sayAtLength = saySeldom(env.clock, (text) => env.stderr.write(`${text}\n`));
  const access = { ...read, onRetry: (why: string) => sayAtLength(`${why}; asking again…`) };
  const fetch =
    certificates === null
      ? env.fetch
      : (await import("../../lib/prometheus/tls-fetch.ts")).createTlsFetch(certificates);
  const asking = { clock: env.clock, fetch };
  return { client: createPrometheusClient(asking, url, access), access, env: asking, sayAtLength };
}
