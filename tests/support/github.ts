import type { IncomingMessage, ServerResponse } from "node:http";

import { startServer } from "./project.ts";

export interface StoredComment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: string };
}

export interface StoredIssue extends StoredComment {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly { readonly name: string }[];
  state: string;
}

/** What a request is answered with in place of GitHub's own answer. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** In place of JSON with the message. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As much of GitHub's REST API as is used here, with its pages, limits and refusals. */
export interface FakeGithub {
  readonly url: string;
  readonly comments: StoredComment[];
  readonly issues: StoredIssue[];
  /** `POST /repos/o/r/issues/7/comments` and the like, in order. */
  readonly requests: string[];
  /** The next requests whose line begins like this are refused, one refusal each. */
  refuse(start: string, ...refusals: readonly Refusal[]): void;
  /** Requests whose line begins like this wait until so many of them are there. */
  gather(start: string, count: number): void;
  stop(): Promise<void>;
}

export const TOKEN = "ghs_s3cr3t";
const BOT = { login: "github-actions[bot]", type: "Bot" };
const MOST_CHARACTERS = 65_536;

/** Starts it on 127.0.0.1. */
export async function startGithub(): Promise<FakeGithub> {
  const comments: StoredComment[] = [];
  const issues: StoredIssue[] = [];
  const requests: string[] = [];
  const refusals: { start: string; refusal: Refusal }[] = [];
  const gatherings: { start: string; count: number; waiting: (() => void)[] }[] = [];
  let lastId = 100;

  const server = await startServer((request, response) => void answer(request, response));
  const send = (response: ServerResponse, status: number, body: unknown, headers: object = {}): void => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", server.url);
    const line = `${request.method} ${url.pathname}`;
    requests.push(line);
    const body = await bodyOf(request);
    await gathered(line);
    const at = refusals.findIndex(({ start }) => line.startsWith(start));
    const refused = at === -1 ? undefined : refusals.splice(at, 1)[0]?.refusal;
    if (refused?.body !== undefined) return void response.writeHead(refused.status, refused.headers).end(refused.body);
    if (refused !== undefined) return send(response, refused.status, { message: refused.message }, refused.headers);
    if (request.headers.authorization !== `token ${TOKEN}`) return send(response, 401, { message: "Bad credentials" });
    const text = typeof body["body"] === "string" ? body["body"] : "";
    if (text.length > MOST_CHARACTERS)
      return send(response, 422, { message: "Validation Failed: body is too long (maximum is 65536 characters)" });
    const [, kind = "", id = ""] = /^\/repos\/o\/r\/(issues\/comments|issues)(?:\/(\d+))?/.exec(url.pathname) ?? [];
    const shown = (comment: StoredComment) => ({ ...comment, html_url: `https://github.test/o/r#${comment.id}` });
    switch (line.replaceAll(/\d+/g, "N")) {
      case "GET /user":
        return send(response, 403, { message: "Resource not accessible by integration" });
      case "GET /repos/o/r/issues/N/comments":
        return page(response, url, comments.map(shown));
      case "POST /repos/o/r/issues/N/comments": {
        const comment = { id: (lastId += 1), body: text, user: BOT };
        comments.push(comment);
        return send(response, 201, shown(comment));
      }
      case "PATCH /repos/o/r/issues/comments/N":
      case "DELETE /repos/o/r/issues/comments/N": {
        const index = comments.findIndex((one) => one.id === Number(id));
        const comment = comments[index];
        if (comment === undefined || kind !== "issues/comments") return send(response, 404, { message: "Not Found" });
        if (request.method === "DELETE") {
          comments.splice(index, 1);
          return send(response, 204, null);
        }
        comment.body = text;
        return send(response, 200, shown(comment));
      }
      case "GET /repos/o/r/issues":
        return page(
          response,
          url,
          issues
            .filter(
              ({ state, labels }) =>
                state === url.searchParams.get("state") &&
                labels.some(({ name }) => name === url.searchParams.get("labels")),
            )
            .map(shown),
        );
      case "POST /repos/o/r/issues": {
        const number = (lastId += 1);
        const labels = (body["labels"] as string[]).map((name) => ({ name }));
        const issue = {
          id: number,
          number,
          title: String(body["title"]),
          body: text,
          labels,
          state: "open",
          user: BOT,
        };
        issues.push(issue);
        return send(response, 201, shown(issue));
      }
      case "PATCH /repos/o/r/issues/N": {
        const issue = issues.find(({ number }) => number === Number(id));
        if (issue === undefined) return send(response, 404, { message: "Not Found" });
        issue.state = String(body["state"]);
        return send(response, 200, shown(issue));
      }
      default:
        return send(response, 404, { message: `no such endpoint here: ${line}` });
    }
  }

  /** GitHub's pages: `per_page` at most 100, and a Link to the next. */
  function page(response: ServerResponse, url: URL, all: readonly object[]): void {
    const size = Math.min(100, Number(url.searchParams.get("per_page") ?? 30));
    const number = Number(url.searchParams.get("page") ?? 1);
    const next = new URL(url);
    next.searchParams.set("page", String(number + 1));
    const link = number * size < all.length ? { link: `<${next.href}>; rel="next"` } : {};
    send(response, 200, all.slice((number - 1) * size, number * size), link);
  }

  function gathered(line: string): Promise<void> | undefined {
    const at = gatherings.findIndex(({ start }) => line.startsWith(start));
    const gathering = gatherings[at];
    if (gathering === undefined) return undefined;
    return new Promise((resolve) => {
      gathering.waiting.push(resolve);
      if (gathering.waiting.length < gathering.count) return;
      gatherings.splice(at, 1);
      for (const go of gathering.waiting) go();
    });
  }

  return {
    url: server.url,
    comments,
    issues,
    requests,
    refuse: (start, ...given) => void refusals.push(...given.map((refusal) => ({ start, refusal }))),
    gather: (start, count) => void gatherings.push({ start, count, waiting: [] }),
    stop: () => server.stop(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
