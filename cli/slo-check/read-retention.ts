import { z } from "zod";

import { lengthOf } from "../../gates/model/length-of.ts";
import type { Env } from "../../lib/env.ts";
import { httpRequest } from "../../lib/http.ts";

const TIMEOUT_MS = 5000;
const schema = z.object({ status: z.literal("success"), data: z.object({ storageRetention: z.string() }) });

/** How long a Prometheus keeps its samples; null when it does not say, or is bounded by size alone. */
export async function readRetention(
  env: Pick<Env, "fetch">,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly text: string; readonly seconds: number } | null> {
  try {
    const { text } = await httpRequest(env, `${url}/api/v1/status/runtimeinfo`, { headers, timeoutMs: TIMEOUT_MS });
    // "15d", or "15d or 512MiB".
    const retention = schema.parse(JSON.parse(text)).data.storageRetention.split(" or ")[0] ?? "";
    const seconds = lengthOf(retention);
    return seconds === null ? null : { text: retention, seconds };
  } catch {
    return null;
  }
}
