import type { Env } from "./env.ts";

export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** For the whole exchange, the body included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The Date header in milliseconds since the epoch, or null. */
  readonly dateMs: number | null;
  /** Where a redirect leads; it was not followed. */
  readonly location?: string;
}

/** One HTTP exchange with a deadline; rejects when there is no whole answer, never for a status. Follows no redirect. */
export async function httpRequest(env: Pick<Env, "fetch">, url: string, request: HttpRequest): Promise<HttpReply> {
  return answeredWithin(request, async (signal) => {
    const response = await env.fetch(url, {
      method: request.method ?? "GET",
      redirect: "manual",
      signal,
      ...(request.headers === undefined ? {} : { headers: { ...request.headers } }),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const text = await response.text();
    const date = Date.parse(response.headers.get("date") ?? "");
    const location = response.headers.get("location");
    return {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "",
      text,
      dateMs: Number.isNaN(date) ? null : date,
      ...(location === null ? {} : { location }),
    };
  });
}

/** An exchange, the reading of its answer included, under a signal that is aborted when the time is over or the given one is. */
export async function answeredWithin<Answer>(
  { timeoutMs, signal }: Pick<HttpRequest, "timeoutMs" | "signal">,
  exchange: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  signal?.throwIfAborted();
  // Not AbortSignal.any with AbortSignal.timeout: on Node 20 the collector can take such a time-out away.
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`no answer within ${timeoutMs / 1000} s`));
  }, timeoutMs);
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    return await exchange(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Asks until `url` answers 2xx; false when the deadline passes or `giveUp` turns true first. */
export async function waitUntilReady(
  env: Pick<Env, "fetch" | "clock">,
  url: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal; readonly giveUp?: () => boolean },
): Promise<boolean> {
  const deadline = env.clock.monotonicMs() + options.timeoutMs;
  while (env.clock.monotonicMs() < deadline && options.giveUp?.() !== true) {
    options.signal?.throwIfAborted();
    try {
      const reply = await httpRequest(env, url, { timeoutMs: 2000, ...signalOf(options.signal) });
      if (reply.status >= 200 && reply.status < 300) return true;
    } catch (error) {
      if (options.signal?.aborted === true) throw error;
    }
    await env.clock.sleep(50, options.signal);
  }
  return false;
}

function signalOf(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
