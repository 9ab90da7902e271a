import { Pool } from "undici";
import { z } from "zod";

import { readingSchema } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { READINGS_CONSIDERED } from "./recovery.ts";

/** What became of an attempt to reach the store, as `store_requests_total` counts it. */
export type StoreResult = "ok" | "retry" | "timeout" | "error" | "short_circuited";

/** The store understood and said no: the same request will never do. */
export class StoreRefusedError extends Error {
  constructor(status: number) {
    super(`the store refused the request (${status})`);
    this.name = "StoreRefusedError";
  }
}

/** The store answered with an error of its own. */
class StoreFailedError extends Error {
  constructor(status: number) {
    super(`the store failed (${status})`);
    this.name = "StoreFailedError";
  }
}

export interface CallOptions {
  readonly traceparent?: string | undefined;
  readonly signal?: AbortSignal;
}

/** The store, as the api needs it. */
export interface StoreClient {
  append(reading: Reading, options?: CallOptions): Promise<void>;
  /** A person's latest readings, newest first; empty when the store knows none. */
  recent(person: string, options?: CallOptions): Promise<readonly Reading[]>;
  close(): Promise<void>;
}

/** The store over HTTP, once and with no time limit: each call is one attempt. */
export interface HttpStore extends StoreClient {
  ping(options?: CallOptions): Promise<void>;
  /** Leaves the connections there are to the calls in flight; the next call opens new ones. */
  renewConnections(): void;
}

const recentSchema = z.object({ readings: z.array(readingSchema) });

/** Creates a client of the store at `url` with that many kept-alive connections at most. */
export function createHttpStore(url: string, connections: number): HttpStore {
  let pool = openPool(url, connections);

  async function send(method: "GET" | "POST", path: string, options: CallOptions, body?: string) {
    const response = await pool.request({
      method,
      path,
      body: body ?? null,
      signal: options.signal ?? null,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
      },
    });
    const text = await response.body.text();
    if (response.statusCode >= 500) throw new StoreFailedError(response.statusCode);
    if (response.statusCode >= 400 && response.statusCode !== 404) throw new StoreRefusedError(response.statusCode);
    return { status: response.statusCode, text };
  }

  return {
    append: async (reading, options = {}) => {
      await send("POST", "/readings", options, JSON.stringify(reading));
    },
    recent: async (person, options = {}) => {
      const path = `/readings/${encodeURIComponent(person)}?limit=${READINGS_CONSIDERED}`;
      const { status, text } = await send("GET", path, options);
      return status === 404 ? [] : recentSchema.parse(JSON.parse(text)).readings;
    },
    ping: async (options = {}) => {
      await send("GET", "/health", options);
    },
    renewConnections: () => {
      const old = pool;
      pool = openPool(url, connections);
      old.close().catch(() => undefined); // Its calls report their own failures.
    },
    close: () => pool.close(),
  };
}

function openPool(url: string, connections: number): Pool {
  return new Pool(url, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
}
