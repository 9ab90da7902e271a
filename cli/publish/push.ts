import { ExponentialBackoff, handleWhen, retry } from "cockatiel";

import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import type { HttpReply } from "../../lib/http.ts";
import { withoutSecrets } from "../../lib/prometheus/access.ts";
import type { Destination } from "./read-destination.ts";

const TIMEOUT_MS = 15_000;
const RETRIES = 3;
const LONGEST_SAID = 300;

/** What is pushed. */
export interface Push {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Not taken, but it may be the next time: no answer, busy, starting. */
class Passing extends Error {}

/**
 * POSTs until it is taken: four times at most, where nothing answers or the server is busy (429, 5xx). Throws `publish-failed` (exit code 4) with what the server
 * said, without secrets.
 */
export async function push(env: Pick<Env, "fetch">, destination: Destination, { url, ...rest }: Push): Promise<void> {
  const policy = retry(
    handleWhen((error) => error instanceof Passing),
    { maxAttempts: RETRIES, backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 5_000 }) },
  );
  const headers = { ...destination.headers, ...rest.headers };
  const request = { method: "POST", headers, body: rest.body, timeoutMs: TIMEOUT_MS };
  try {
    await policy.execute(async () => {
      let reply: HttpReply;
      try {
        reply = await httpRequest(env, url.href, request);
      } catch (error) {
        throw new Passing(`it did not answer: ${messageOf(error)}`);
      }
      if (reply.status >= 200 && reply.status < 300) return;
      const said = saidOf(reply);
      if (reply.status === 429 || reply.status >= 500) throw new Passing(said);
      throw refused(destination, url, said, hintFor(destination, reply.status));
    });
  } catch (error) {
    if (!(error instanceof Passing)) throw error;
    const hint = "It was tried four times. Publish again when it answers: the run's folder has everything.";
    throw refused(destination, url, error.message, hint);
  }
}

function saidOf({ status, text, location }: HttpReply): string {
  const line = text.trim().split("\n")[0] ?? "";
  // A page of HTML says nothing to anybody.
  const said = line === "" || line.startsWith("<") ? (location ?? "") : line;
  return `it answered ${status}${said === "" ? "" : `: ${said}`}`;
}

function hintFor({ prefix }: Destination, status: number): string {
  if (status === 401 || status === 403) {
    return `Set ${prefix}_TOKEN, or ${prefix}_USERNAME and ${prefix}_PASSWORD, to credentials that may write there.`;
  }
  if (status === 404 || (status >= 300 && status < 400)) return `Is ${prefix}_URL the right address?`;
  return "The run's folder has everything: publish again when it is mended.";
}

function refused({ name, secrets }: Destination, url: URL, said: string, hint: string): ProofloadError {
  const shown = withoutSecrets(said, secrets).slice(0, LONGEST_SAID);
  return new ProofloadError({
    code: "publish-failed",
    // Without its query, which may hold a key.
    message: `${name} to ${url.origin}${url.pathname}: ${shown}`,
    hint,
    exitCode: 4,
  });
}
