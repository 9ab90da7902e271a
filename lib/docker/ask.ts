import type { Env } from "../env.ts";
import { messageOf, ProofloadError, systemCodeOf } from "../errors.ts";

const TIMEOUT_MS = 20_000;

/** Does a call to an engine; `what` says in words what was wanted. */
export type Ask = <T>(what: string, call: (signal: AbortSignal) => Promise<T>, timeoutMs?: number) => Promise<T>;

/** Puts a deadline on a call, and says of a failure where it happened. What the engine refused keeps its status. */
export function createAsk(env: Pick<Env, "clock">, address: string): Ask {
  return async (what, call, timeoutMs = TIMEOUT_MS) => {
    const deadline = new AbortController();
    const over = new AbortController();
    const late = env.clock.sleep(timeoutMs, over.signal).then(() => deadline.abort(new Error("too late")));
    late.catch(() => undefined);
    try {
      return await call(deadline.signal);
    } catch (error) {
      if (deadline.signal.aborted) throw failed(address, what, `no answer within ${timeoutMs / 1000} s`);
      const code = systemCodeOf(error);
      if (code !== undefined && ["ENOENT", "ECONNREFUSED", "EACCES", "ENOTSOCK", "EPERM"].includes(code)) {
        throw noEngine(address, messageOf(error), code);
      }
      throw failed(address, what, engineMessage(error), error);
    } finally {
      over.abort(new Error("over"));
    }
  };
}

/** The HTTP status with which the engine refused, if it was that. */
export function statusOf(error: unknown): number | undefined {
  const cause = error instanceof ProofloadError ? error.cause : error;
  return (cause as { statusCode?: number } | undefined)?.statusCode;
}

/** The engine's own words, without what dockerode puts around them. */
function engineMessage(error: unknown): string {
  const { json } = (error ?? {}) as { json?: { message?: unknown } };
  return typeof json?.message === "string" ? json.message.trim() : messageOf(error).trim();
}

/** The error of an engine that did not do what was asked. */
export function failed(address: string, what: string, why: string, cause?: unknown): ProofloadError {
  return new ProofloadError({
    code: "docker-failed",
    message: `the Docker engine at ${address} did not ${what}: ${why}`,
    cause,
    exitCode: 4,
  });
}

/** The error of an engine that is not there, or can't be used. */
export function noEngine(address: string, why: string, code?: string): ProofloadError {
  const mayNot = code === "EACCES" || code === "EPERM";
  return new ProofloadError({
    code: "no-docker-engine",
    message: `no Docker engine can be used at ${address}: ${why}`,
    hint: mayNot
      ? "This user may not use it: add it to the group `docker`, or use an engine that runs without root."
      : "Start one, or say where it is in DOCKER_HOST.",
    exitCode: 4,
  });
}
