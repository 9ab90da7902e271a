import { z } from "zod";

import type { Env } from "../env.ts";
import { httpRequest } from "../http.ts";
import type { QueryOutcome } from "../run/evidence.ts";
import type { Window } from "../run/phase.ts";
import { OPEN_ACCESS } from "./access.ts";
import type { PrometheusAccess } from "./access.ts";
import { createAsk } from "./ask.ts";
import { readFeatures } from "./features.ts";
import type { PrometheusFeatures } from "./features.ts";
import { readRawSamples } from "./raw-samples.ts";
import type { ResultType } from "./response.ts";

/** Prometheus's HTTP API. Times are Unix seconds; nothing rejects: a failure is an outcome. */
export interface PrometheusClient {
  readonly url: string;
  /** An instant query at `at`; now when it is left out. */
  query(promql: string, at?: number): Promise<QueryOutcome>;
  /** The raw samples of a plain selector in a window, as they were stored; `chunkSeconds` at once, an hour if left out. */
  rawSamples(selector: string, window: Window, chunkSeconds?: number): Promise<QueryOutcome>;
  queryRange(promql: string, window: Window, stepSeconds: number): Promise<QueryOutcome>;
  /** Version and clock skew (its clock minus ours, in seconds); null when it does not answer. */
  identify(
    options?: IdentifyOptions,
  ): Promise<{ readonly version: string; readonly skewSeconds: number | null } | null>;
  /** What it takes by remote write. */
  features(): Promise<PrometheusFeatures>;
}

export interface IdentifyOptions {
  /** Of each of the few tries. */
  readonly timeoutMs?: number;
  /** Ends the tries: then it has not answered. */
  readonly signal?: AbortSignal;
}

const IDENTIFY_TIMEOUT_MS = 5000;
const ATTEMPTS = 3;
const buildInfoSchema = z.object({ status: z.literal("success"), data: z.object({ version: z.string() }) });

/** A client of the Prometheus at `url`. What brought no whole answer is tried again. */
export function createPrometheusClient(
  env: Pick<Env, "fetch" | "clock">,
  url: string,
  access: PrometheusAccess = OPEN_ACCESS,
): PrometheusClient {
  const ask = createAsk(env, url, access);
  const queryFor =
    (expected?: ResultType) =>
    (promql: string, at?: number): Promise<QueryOutcome> =>
      ask("/api/v1/query", { query: promql, ...(at === undefined ? {} : { time: at.toFixed(3) }) }, expected);
  const client: PrometheusClient = {
    url,
    query: queryFor(),
    rawSamples: (selector, window, chunkSeconds) => readRawSamples(queryFor("matrix"), selector, window, chunkSeconds),
    queryRange: (promql, window, stepSeconds) => {
      const times = { start: window.from.toFixed(3), end: window.to.toFixed(3), step: String(stepSeconds) };
      return ask("/api/v1/query_range", { query: promql, ...times }, "matrix");
    },
    identify: async ({ timeoutMs = IDENTIFY_TIMEOUT_MS, signal } = {}) => {
      for (let tries = 0; tries < ATTEMPTS; tries += 1) {
        if (tries > 0) await env.clock.sleep(200 * tries);
        if (signal?.aborted === true) return null;
        const before = env.clock.now();
        const reply = await httpRequest(env, `${url}/api/v1/status/buildinfo`, {
          headers: access.headers,
          timeoutMs,
          ...(signal === undefined ? {} : { signal }),
        }).catch(() => null);
        const parsed = reply === null ? null : buildInfoSchema.safeParse(safeJson(reply.text));
        if (reply === null || parsed?.success !== true) continue;
        const middleMs = (before + env.clock.now()) / 2;
        // The Date header has whole seconds: half a second is the best guess.
        const skewSeconds = reply.dateMs === null ? null : Math.round((reply.dateMs + 500 - middleMs) / 10) / 100;
        return { version: parsed.data.data.version, skewSeconds };
      }
      return null;
    },
    features: async () => readFeatures(env, url, (await client.identify())?.version ?? ""),
  };
  return client;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
