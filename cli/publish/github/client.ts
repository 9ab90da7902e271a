import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { RequestError } from "@octokit/request-error";
import { z } from "zod";

import type { Env } from "../../../lib/env.ts";
import { messageOf } from "../../../lib/errors.ts";
import { answeredWithin } from "../../../lib/http.ts";
import { withoutSecrets } from "../../../lib/prometheus/access.ts";
import { clip } from "../../../reports/words/format.ts";
import type { GithubContext } from "./context.ts";
import { readMarker } from "./marker.ts";
import type { Stamp } from "./marker.ts";

/** GitHub's REST API with its own rules for retries and rate limits. */
export type Github = InstanceType<typeof GithubClient>;

const GithubClient = Octokit.plugin(paginateRest, retry, throttling);

/** Longer than this nobody waits for a rate limit: the verdict is in the job's summary already. */
const MOST_WAIT_SECONDS = 60;
const MOST_WAITS = 2;
const MOST_RETRIES = 3;
const REQUEST_MS = 20_000;
/** Of 100 each: four times what GitHub allows in a discussion. */
const MOST_PAGES = 100;
const LONGEST_SAID = 500;

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
  const github = new GithubClient({
    baseUrl: apiUrl,
    ...(token === null ? {} : { auth: token }),
    userAgent: "proofload",
    request: { fetch: (url: string, init: RequestInit) => fetchWithin(env, url, init, signal) },
    // Not `request.retries`: with that it would also try again what GitHub refuses for good.
    retry: { retries: MOST_RETRIES },
    throttle: { onRateLimit: waits, onSecondaryRateLimit: waits },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  // A link to the next page may lead anywhere; the token must not follow it.
  github.hook.before("request", ({ url }) => {
    if (new URL(url, apiUrl).origin !== new URL(apiUrl).origin) throw noAnswer();
  });
  // Something else than GitHub may answer 200, with a page to log in at for one.
  github.hook.after("request", ({ data }, { method }) => {
    if (method !== "DELETE" && (typeof data !== "object" || data === null)) throw noAnswer();
  });
  return github;
}

/** What GitHub answered, if it is what its API documents; else an error, so that nothing counts as written that was not. */
export function readAnswer<Answer>(schema: z.ZodType<Answer>, data: unknown): Answer {
  const read = schema.safeParse(data);
  if (!read.success) throw noAnswer();
  return read.data;
}

function noAnswer(): Error {
  return new Error("What answered is not GitHub's API. Is GITHUB_API_URL right, and is there a proxy in between?");
}

/** A comment or an issue, as far as it is read here. */
export const writtenSchema = z.object({
  id: z.int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string(), type: z.string() }).nullish(),
});

/** The stamp of what the account behind a token wrote about a gate; null for all else: a marker that somebody else wrote counts for nothing. */
export function ownStamp(
  { body, user }: Pick<z.infer<typeof writtenSchema>, "body" | "user">,
  { login, key }: { readonly login: string | null; readonly key: string },
): Stamp | null {
  const isOwn = login === null ? user?.type === "Bot" : user?.login === login;
  const stamp = isOwn ? readMarker(body) : null;
  return stamp?.key === key ? stamp : null;
}

/** What all pages of a list hold. */
export async function listAll<Item>(
  github: Github,
  { route, parameters }: { readonly route: string; readonly parameters: Readonly<Record<string, string | number>> },
  schema: z.ZodType<Item>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  let pages = 0;
  for await (const { data } of github.paginate.iterator(route, { ...parameters, per_page: 100 })) {
    pages += 1;
    if (pages > MOST_PAGES) throw new Error(`GitHub's list has more than ${MOST_PAGES} pages.`);
    all.push(...readAnswer(z.array(schema), data));
  }
  return all;
}

/** The whole of an answer, while the clock runs. */
function fetchWithin(env: Pick<Env, "fetch">, url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  return answeredWithin({ timeoutMs: REQUEST_MS, signal }, async (untilLate) => {
    const response = await env.fetch(url, { ...init, redirect: "follow", signal: untilLate });
    const body = await response.arrayBuffer();
    const bodyless = [101, 204, 205, 304].includes(response.status);
    return new Response(bodyless ? null : body, response);
  });
}

/** What a refusal means, and what mends it; `permission` is what the token must be allowed to. The token itself is not in it, even where the answer repeats it. */
export function explainRefusal(error: unknown, permission: string, token: string | null): string {
  const message = clip(withoutSecrets(messageOf(error), token === null ? [] : [token]), LONGEST_SAID);
  if (!(error instanceof RequestError)) return message;
  const said = `GitHub answered ${error.status}: ${message.replace(/ - https:\/\/docs\.github\.com\S*$/, "")}`;
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
    return readAnswer(z.object({ login: z.string() }), data).login;
  } catch (error) {
    if (error instanceof RequestError && (error.status === 403 || error.status === 404)) return null;
    throw error;
  }
}
