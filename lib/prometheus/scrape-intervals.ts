import { z } from "zod";

import { parseDuration } from "../config/duration.ts";
import type { Env } from "../env.ts";
import { httpRequest } from "../http.ts";

const TIMEOUT_MS = 5000;

const targetsSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    activeTargets: z.array(
      z.object({ labels: z.record(z.string(), z.string()), scrapeInterval: z.string().optional() }),
    ),
  }),
});

/** How often a Prometheus scrapes the targets of each job, in seconds; null when it does not say (an older or another server). */
export async function readScrapeIntervals(
  env: Pick<Env, "fetch">,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, readonly number[]> | null> {
  try {
    const { text } = await httpRequest(env, `${url}/api/v1/targets?state=active`, {
      headers,
      timeoutMs: TIMEOUT_MS,
    });
    const intervals = new Map<string, number[]>();
    for (const { labels, scrapeInterval } of targetsSchema.parse(JSON.parse(text)).data.activeTargets) {
      const seconds = scrapeInterval === undefined ? null : parseDuration(scrapeInterval);
      if (seconds === null) return null;
      const job = labels["job"] ?? "";
      intervals.set(job, [...(intervals.get(job) ?? []), seconds]);
    }
    return intervals;
  } catch {
    return null;
  }
}
