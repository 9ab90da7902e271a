import { bulkhead } from "cockatiel";

import type { Env } from "../env.ts";
import { messageOf } from "../errors.ts";
import { httpRequest } from "../http.ts";
import type { QueryOutcome } from "../run/evidence.ts";
import { withoutSecrets } from "./access.ts";
import type { PrometheusAccess } from "./access.ts";
import { parseQueryReply } from "./response.ts";
import type { ResultType } from "./response.ts";

const ATTEMPTS = 3;
/** Queries that are under way at once: more would make a small Prometheus slow for everybody. */
const AT_ONCE = 6;
const WAITING_AT_MOST = 100_000;
/** What a proxy says of a server that is starting, restarting or busy. */
const PASSING = [429, 502, 503, 504];

/** Asks one path of the query API; never rejects. `expected` is the type of result that the answer must have. */
export type Ask = (
  path: string,
  parameters: Readonly<Record<string, string>>,
  expected?: ResultType,
) => Promise<QueryOutcome>;

/** Asks the Prometheus at `url`, a few queries side by side. What brought no whole answer, or a passing one, is tried again. */
export function createAsk(env: Pick<Env, "fetch" | "clock">, url: string, access: PrometheusAccess): Ask {
  const few = bulkhead(AT_ONCE, WAITING_AT_MOST);
  const headers = {
    // On one machine, packing takes longer than what it saves.
    ...(/^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/.test(url) ? { "accept-encoding": "identity" } : {}),
    ...access.headers,
    "content-type": "application/x-www-form-urlencoded",
  };
  const askOnce = async (
    path: string,
    body: string,
    expected: ResultType | undefined,
  ): Promise<{ readonly outcome: QueryOutcome; readonly passing: boolean }> => {
    try {
      const reply = await httpRequest(env, `${url}${path}`, {
        method: "POST",
        headers,
        body,
        timeoutMs: access.timeoutMs,
      });
      return { outcome: parseQueryReply(reply, expected), passing: PASSING.includes(reply.status) };
    } catch (error) {
      const message = `${url} did not answer: ${wordsOf(error)}`;
      return { outcome: { kind: "unreachable", message }, passing: true };
    }
  };
  const askUntilAnswered: Ask = async (path, parameters, expected) => {
    const body = new URLSearchParams({ ...parameters, ...access.parameters }).toString();
    for (let retries = 0; ; retries += 1) {
      const { outcome, passing } = await askOnce(path, body, expected);
      if (!passing || retries === ATTEMPTS - 1) return retries === 0 ? outcome : withRetries(outcome, retries);
      if (outcome.kind !== "ok") access.onRetry?.(withoutSecrets(outcome.message, access.secrets));
      await env.clock.sleep(200 * (retries + 1));
    }
  };
  return (path, parameters, expected) =>
    few.execute(async () => clean(await askUntilAnswered(path, parameters, expected), access.secrets));
}

/** undici calls a body that ends too early "terminated". */
function wordsOf(error: unknown): string {
  const message = messageOf(error);
  return message === "terminated" ? "the answer was cut off" : message;
}

function withRetries(outcome: QueryOutcome, retries: number): QueryOutcome {
  return outcome.kind === "ok"
    ? { ...outcome, retries }
    : { ...outcome, message: `${outcome.message} (asked ${retries + 1} times)` };
}

/** A server may repeat what it was sent. */
function clean(outcome: QueryOutcome, secrets: readonly string[]): QueryOutcome {
  if (secrets.length === 0) return outcome;
  const one = (text: string): string => withoutSecrets(text, secrets);
  return outcome.kind === "ok"
    ? { ...outcome, warnings: outcome.warnings.map(one), infos: outcome.infos.map(one) }
    : { ...outcome, message: one(outcome.message) };
}
