import type { Env } from "../env.ts";
import { messageOf } from "../errors.ts";
import { credentialsOf, publicUrl } from "./public-url.ts";
import { SourceFailure } from "./source-failure.ts";

const RESPONSE_TIMEOUT_MS = 8_000;
const STALL_TIMEOUT_MS = 15_000;

export interface StreamOptions {
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  /** Takes each piece in turn. */
  readonly write: (piece: Uint8Array) => Promise<void>;
  readonly onBytes?: (receivedBytes: number, totalBytes: number | null) => void;
}

/** Reads an address to its end, once; a server that does not answer, or stops sending, is given up as a {@link SourceFailure}. */
export async function streamUrl(env: Env, options: StreamOptions): Promise<void> {
  const stalled = new AbortController();
  const done = new AbortController();
  const signal = AbortSignal.any([options.signal, stalled.signal]);
  const progress = { answered: false, receivedBytes: 0, totalBytes: null as number | null };
  const watching = (async () => {
    for (;;) {
      const before = progress.answered ? progress.receivedBytes : -1;
      const limitMs = progress.answered ? STALL_TIMEOUT_MS : RESPONSE_TIMEOUT_MS;
      await env.clock.sleep(limitMs, done.signal);
      if (before !== (progress.answered ? progress.receivedBytes : -1)) continue;
      const what = progress.answered ? "sent nothing" : "did not answer";
      stalled.abort(
        new SourceFailure(`${new URL(options.url).host} ${what} for ${limitMs / 1000} s`, {
          passing: progress.answered,
        }),
      );
      return;
    }
  })().catch(() => undefined);
  try {
    await read(env, { ...options, signal }, progress);
  } catch (error) {
    options.signal.throwIfAborted();
    stalled.signal.throwIfAborted();
    if (error instanceof SourceFailure || !progress.answered) throw error;
    const size = progress.totalBytes === null ? "" : ` of ${progress.totalBytes}`;
    throw new SourceFailure(`cut off after ${progress.receivedBytes}${size} bytes (${messageOf(error)})`, {
      cause: error,
      passing: true,
    });
  } finally {
    done.abort();
    await watching;
  }
}

async function read(
  env: Env,
  options: StreamOptions,
  progress: { answered: boolean; receivedBytes: number; totalBytes: number | null },
): Promise<void> {
  const response = await env.fetch(publicUrl(options.url), {
    signal: options.signal,
    headers: credentialsOf(options.url),
  });
  progress.answered = true;
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new SourceFailure(`answered ${response.status} ${response.statusText}`.trimEnd(), {
      passing: response.status >= 500,
    });
  }
  const length = response.headers.get("content-length");
  progress.totalBytes = length === null ? null : Number(length);
  for await (const piece of response.body) {
    progress.receivedBytes += piece.byteLength;
    if (progress.receivedBytes > options.maxBytes) throw new SourceFailure(`is larger than ${options.maxBytes} bytes`);
    await options.write(piece);
    options.onBytes?.(progress.receivedBytes, progress.totalBytes);
  }
}
