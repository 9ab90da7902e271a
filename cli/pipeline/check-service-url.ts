import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";

const TIMEOUT_MS = 5000;

/** Asks the service once where the load will go: any answer will do, none is an error (exit code 4). */
export async function checkServiceUrl(env: Env, url: string, signal: AbortSignal): Promise<void> {
  try {
    await httpRequest(env, url, { timeoutMs: TIMEOUT_MS, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new ProofloadError({
      code: "service-unreachable",
      message: `the service does not answer on ${url}: ${messageOf(error)}`,
      hint: "Check spec.service.url in proofload.yaml: the load goes there.",
      cause: error,
      exitCode: 4,
    });
  }
}
