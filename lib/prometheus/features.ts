import { z } from "zod";

import type { Env } from "../env.ts";
import { httpRequest } from "../http.ts";

/** What a Prometheus takes from k6. */
export interface PrometheusFeatures {
  readonly remoteWrite: boolean;
  readonly nativeHistograms: boolean;
}

const TIMEOUT_MS = 5000;
const flagsSchema = z.object({ status: z.literal("success"), data: z.record(z.string(), z.string()) });

/** Asks a Prometheus of this version (`2.42.0`) for the flags of its command line. */
export async function readFeatures(env: Pick<Env, "fetch">, url: string, version: string): Promise<PrometheusFeatures> {
  const reply = await httpRequest(env, `${url}/api/v1/status/flags`, { timeoutMs: TIMEOUT_MS }).catch(() => null);
  return parseFeatures(reply?.text ?? "", version);
}

/**
 * Reads them from the answer. A server that speaks Prometheus's language without telling its flags is another one, made to be
 * written to: it is taken at its word, and gets no native histograms.
 */
export function parseFeatures(text: string, version: string): PrometheusFeatures {
  let flags: Readonly<Record<string, string>>;
  try {
    flags = flagsSchema.parse(JSON.parse(text)).data;
  } catch {
    return { remoteWrite: true, nativeHistograms: false };
  }
  const enabled = (flags["enable-feature"] ?? "").split(",").map((feature) => feature.trim());
  return {
    // Before 2.33 the flag was a feature, which later versions still know.
    remoteWrite: flags["web.enable-remote-write-receiver"] === "true" || enabled.includes("remote-write-receiver"),
    nativeHistograms: enabled.includes("native-histograms") || takesThemAnyway(version),
  };
}

/** Since 3.8 they are stable, and what is written is taken. */
function takesThemAnyway(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > 3 || (major === 3 && minor >= 8);
}
