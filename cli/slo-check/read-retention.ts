import { z } from "zod";

import type { Env } from "../../lib/env.ts";
import { httpRequest } from "../../lib/http.ts";

const TIMEOUT_MS = 5000;
const schema = z.object({ status: z.literal("success"), data: z.object({ storageRetention: z.string() }) });

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  Q: 7_776_000,
  y: 31_536_000,
  Y: 31_536_000,
};

/** How long a Prometheus keeps its samples; null when it does not say, or is bounded by size alone. */
export async function readRetention(
  env: Pick<Env, "fetch">,
  url: string,
): Promise<{ readonly text: string; readonly seconds: number } | null> {
  try {
    const { text } = await httpRequest(env, `${url}/api/v1/status/runtimeinfo`, { timeoutMs: TIMEOUT_MS });
    // "15d", or "15d or 512MiB".
    const retention = schema.parse(JSON.parse(text)).data.storageRetention.split(" or ")[0] ?? "";
    const seconds = lengthOf(retention);
    return seconds === null ? null : { text: retention, seconds };
  } catch {
    return null;
  }
}

/** Seconds of a length such as 30d, 1w2d, 1M or 1Y (of 30 and 365 days); null for anything else. */
export function lengthOf(text: string): number | null {
  if (!/^(?:\d+[mhdwMQyY])+$/.test(text)) return null;
  return [...text.matchAll(/(\d+)(\D)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? Number.NaN),
    0,
  );
}
