import { z } from "zod";

import type { Env } from "../env.ts";
import { messageOf, ProofloadError, systemCodeOf } from "../errors.ts";
import { httpRequest } from "../http.ts";
import type { HttpReply } from "../http.ts";

const toxicSchema = z.object({
  name: z.string(),
  type: z.string(),
  stream: z.string(),
  toxicity: z.number(),
  attributes: z.record(z.string(), z.unknown()),
});
const proxySchema = z.object({
  name: z.string(),
  listen: z.string(),
  upstream: z.string(),
  enabled: z.boolean(),
  toxics: z.array(toxicSchema),
});

export type ToxiproxyProxy = z.infer<typeof proxySchema>;

export interface Toxic {
  readonly name: string;
  readonly type: "latency" | "bandwidth" | "timeout" | "reset_peer" | "slow_close" | "slicer" | "limit_data";
  readonly stream: "downstream" | "upstream";
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

/** Toxiproxy's HTTP API, as far as faults need it; every call has a deadline and what is already gone counts as removed. */
export interface ToxiproxyClient {
  readonly url: string;
  createProxy(proxy: { readonly name: string; readonly listen: string; readonly upstream: string }): Promise<void>;
  /** The proxy, or null when there is none of that name. */
  getProxy(name: string): Promise<ToxiproxyProxy | null>;
  /** Bytes that came in on connections of a proxy that have ended, both ways; null when it does not count them (its flag `-proxy-metrics`). */
  receivedBytes(proxy: string): Promise<number | null>;
  addToxic(proxy: string, toxic: Toxic): Promise<void>;
  /** Takes a proxy up or down; fine when it, or Toxiproxy itself, is gone and it is to be up. */
  setEnabled(proxy: string, enabled: boolean): Promise<void>;
  /** Also resolves when the toxic, the proxy or Toxiproxy itself is gone: then the toxic is gone too. */
  removeToxic(proxy: string, toxic: string): Promise<void>;
}

const TIMEOUT_MS = 5000;
const RECEIVED = "toxiproxy_proxy_received_bytes_total";

/** A client of the Toxiproxy that answers on `url`. */
export function createToxiproxyClient(env: Pick<Env, "fetch">, url: string): ToxiproxyClient {
  const call = async (method: string, path: string, body?: unknown): Promise<HttpReply> => {
    return httpRequest(env, `${url}${path}`, {
      method,
      timeoutMs: TIMEOUT_MS,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  };
  const demand = async (
    wanted: readonly number[],
    method: string,
    path: string,
    body?: unknown,
  ): Promise<HttpReply> => {
    const reply = await call(method, path, body).catch((error: unknown) => {
      throw refused(`${method} ${url}${path}: ${messageOf(error)}`, error);
    });
    if (!wanted.includes(reply.status))
      throw refused(`${method} ${url}${path} answered ${reply.status}: ${reply.text.trim()}`);
    return reply;
  };
  const proxyPath = (name: string): string => `/proxies/${encodeURIComponent(name)}`;
  return {
    url,
    createProxy: async (proxy) => {
      await demand([201], "POST", "/proxies", { ...proxy, enabled: true });
    },
    getProxy: async (name) => {
      const reply = await demand([200, 404], "GET", proxyPath(name));
      return reply.status === 404 ? null : proxySchema.parse(JSON.parse(reply.text));
    },
    receivedBytes: async (proxy) => {
      const { text } = await demand([200, 404], "GET", "/metrics");
      if (!text.includes(RECEIVED)) return null;
      const own = `proxy=${JSON.stringify(proxy)}`;
      const lines = text.split("\n").filter((line) => line.startsWith(`${RECEIVED}{`) && line.includes(own));
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    },
    addToxic: async (proxy, toxic) => {
      await demand([200], "POST", `${proxyPath(proxy)}/toxics`, toxic);
    },
    setEnabled: async (proxy, enabled) => {
      const reply = await call("POST", proxyPath(proxy), { enabled }).catch((error: unknown) => {
        if (enabled && systemCodeOf(error) === "ECONNREFUSED") return null;
        throw refused(`POST ${url}${proxyPath(proxy)}: ${messageOf(error)}`, error);
      });
      if (reply === null || reply.status === 200 || (enabled && reply.status === 404)) return;
      throw refused(`POST ${url}${proxyPath(proxy)} answered ${reply.status}: ${reply.text.trim()}`);
    },
    removeToxic: async (proxy, toxic) => {
      const path = `${proxyPath(proxy)}/toxics/${encodeURIComponent(toxic)}`;
      const reply = await call("DELETE", path).catch((error: unknown) => {
        if (systemCodeOf(error) === "ECONNREFUSED") return null;
        throw refused(`DELETE ${url}${path}: ${messageOf(error)}`, error);
      });
      if (reply !== null && reply.status !== 204 && reply.status !== 404) {
        throw refused(`DELETE ${url}${path} answered ${reply.status}: ${reply.text.trim()}`);
      }
    },
  };
}

function refused(message: string, cause?: unknown): ProofloadError {
  return new ProofloadError({ code: "toxiproxy-failed", message: `Toxiproxy: ${message}`, cause, exitCode: 4 });
}
