import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

import type { Env } from "../env.ts";
import { SourceFailure } from "./source-failure.ts";
import { streamUrl } from "./stream-url.ts";

const MAX_FILE_BYTES = 512 * 1024 * 1024;
const MAX_TEXT_BYTES = 1024 * 1024;

/** Fetches an address into a file and tells its SHA-256; a cut-off or a server's error (5xx) is tried a second time. */
export function downloadFile(
  env: Env,
  options: {
    readonly url: URL;
    readonly path: string;
    readonly signal: AbortSignal;
    readonly onBytes: (receivedBytes: number, totalBytes: number | null) => void;
  },
): Promise<string> {
  return againOnce(async () => {
    const hash = createHash("sha256");
    const file = await open(options.path, "w");
    try {
      await streamUrl(env, {
        ...options,
        maxBytes: MAX_FILE_BYTES,
        write: async (piece) => {
          hash.update(piece);
          await file.writeFile(piece);
        },
      });
    } finally {
      await file.close();
    }
    return hash.digest("hex");
  });
}

/** Fetches a short text, with the same second try. */
export function downloadText(env: Env, options: { readonly url: URL; readonly signal: AbortSignal }): Promise<string> {
  return againOnce(async () => {
    const pieces: Uint8Array[] = [];
    await streamUrl(env, {
      ...options,
      maxBytes: MAX_TEXT_BYTES,
      write: (piece) => {
        pieces.push(piece);
        return Promise.resolve();
      },
    });
    return Buffer.concat(pieces).toString("utf8");
  });
}

async function againOnce<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SourceFailure && error.passing) return await act();
    throw error;
  }
}
