import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { RequestError } from "@octokit/request-error";

import type { Env } from "../../../lib/env.ts";
import { messageOf } from "../../../lib/errors.ts";
import type { GithubContext } from "./context.ts";

/** GitHub's REST API with its own rules for retries and rate limits. */
export type Github = InstanceType<typeof GithubClient>;

const GithubClient = Octokit.plugin(paginateRest, retry, throttling);

/** Longer than this nobody waits for a rate limit: the verdict is in the job's summary already. */
const MOST_WAIT_SECONDS = 60;
const MOST_WAITS = 2;
const MOST_RETRIES = 3;
const REQUEST_MS = 20_000;

/** Makes it; every request ends with `signal` at the latest. */
export function createGithub(
  env: Pick<Env, "fetch">,
  { apiUrl, token }: Pick<GithubContext, "apiUrl" | "token">,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (message: string) => void },
): Github {
  const waits = (seconds: number, _options: object, _octokit: object, count: number): boolean => {
    const again = seconds <= MOST_WAIT_SECONDS && count < MOST_WAITS;
    log(`GitHub's rate limit: ${again ? `again in ${seconds} s` : `${seconds} s are not waited for`}`);
    return again;
  };
  const silent = (): void => undefined;
  return new GithubClient({
    baseUrl: apiUrl,
    ...(token === null ? {} : { auth: token }),
    userAgent: "proofload",
    request: { fetch: (url: string, init: RequestInit) => fetchWithin(env, url, init, signal) },
    // Not `request.retries`: with that it would also try again what GitHub refuses for good.
    retry: { retries: MOST_RETRIES },
    throttle: { onRateLimit: waits, onSecondaryRateLimit: waits },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
}

/** Not AbortSignal.any with AbortSignal.timeout: on Node 20 the collector can take such a time-out away. */
async function fetchWithin(
  env: Pick<Env, "fetch">,
  url: string,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Response> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`no answer within ${REQUEST_MS / 1000} s`)), REQUEST_MS);
  const onAbort = (): void => controller.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    const response = await env.fetch(url, { ...init, redirect: "follow", signal: controller.signal });
    // The whole of it, while the clock runs.
    const body = await response.arrayBuffer();
    const bodyless = [101, 204, 205, 304].includes(response.status);
    return new Response(bodyless ? null : body, response);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

/** What a refusal means, and what mends it; `permission` is what the token must be allowed to. */
export function explainRefusal(error: unknown, permission: string): string {
  if (!(error instanceof RequestError)) return messageOf(error);
  const said = `GitHub answered ${error.status}: ${messageOf(error).replace(/ - https:\/\/docs\.github\.com\S*$/, "")}`;
  switch (error.status) {
    case 401:
      return `${said}. The token is wrong or has expired.`;
    case 403:
    case 404:
      return /rate limit/i.test(said) ? said : `${said}. The job needs \`permissions: { ${permission}: write }\`.`;
    default:
      return said;
  }
}

/** The login behind the token; null for the token of a job or an app, which may not ask. */
export async function ownLogin(github: Github): Promise<string | null> {
  try {
    const { data } = await github.request("GET /user");
    return data.login;
  } catch (error) {
    if (error instanceof RequestError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}
