import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

import { RequestError } from "./request-body.ts";
import { createRouter, json } from "./router.ts";
import type { Match, Reply, Route } from "./router.ts";

/** One request as it ended; `status` is 499 when the client left before the answer. */
export interface Observation {
  readonly method: string;
  /** A template (`/recovery/:person`) or `other`: never the path itself. */
  readonly route: string;
  readonly status: number;
  readonly durationSeconds: number;
  readonly traceparent: string | undefined;
  readonly person: string | undefined;
  readonly error: unknown;
}

export interface HttpOptions {
  readonly routes: readonly Route[];
  /** May answer in a handler's place, to limit the rate for one. */
  readonly guard?: () => Reply | undefined;
  /** Called once for each request that is not to an internal route. */
  readonly observe: (observation: Observation) => void;
}

/** A server that answers; `close` lets requests in flight end, for two seconds at most. */
export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const CLOSE_TIMEOUT_MS = 2000;

/** Serves the routes on a port (0: any that is free); rejects when it can't be had. */
export async function serve(options: HttpOptions, host: string, port: number): Promise<Listening> {
  const find = createRouter(options.routes);
  const state = { closing: false };
  const server = createServer(
    // Longer than any client's own, so that the client is the one to close an idle connection.
    { keepAliveTimeout: 65_000, headersTimeout: 5000, requestTimeout: 10_000 },
    (request, response) =>
      void answer(options, find(request.method ?? "", request.url ?? ""), request, response, state),
  );
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject); // Stays, so that an error later on (no descriptor left) ends nothing.
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () => {
      state.closing = true;
      return closeServer(server);
    },
  };
}

async function answer(
  options: HttpOptions,
  match: Match,
  request: IncomingMessage,
  response: ServerResponse,
  state: { readonly closing: boolean },
): Promise<void> {
  const startedMs = performance.now();
  const traceparent = headerOf(request, "traceparent");
  const counted = match.kind !== "found" || match.route.internal !== true;
  let reply: Reply | undefined;
  let error: unknown;
  if (counted) {
    response.once("close", () => {
      options.observe({
        method: request.method === "GET" || request.method === "POST" ? request.method : "other",
        route: routeLabel(match),
        status: response.writableFinished ? response.statusCode : 499,
        durationSeconds: (performance.now() - startedMs) / 1000,
        traceparent,
        person: reply?.person,
        error,
      });
    });
  }
  try {
    reply = (counted ? options.guard?.() : undefined) ?? (await handle(match, request, traceparent));
  } catch (thrown) {
    error = thrown;
    reply = replyTo(thrown);
  }
  if (response.destroyed) return;
  const close = state.closing || reply.status === 413;
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "content-length": Buffer.byteLength(reply.body),
    ...(close ? { connection: "close" } : {}),
    ...reply.headers,
  });
  response.end(reply.body);
}

function handle(match: Match, raw: IncomingMessage, traceparent: string | undefined): Reply | Promise<Reply> {
  switch (match.kind) {
    case "found":
      return match.route.handle({ parameter: match.parameter, query: match.query, traceparent, raw });
    case "wrong-method":
      return json(405, { error: `only ${match.allow} is answered here` }, { headers: { allow: match.allow } });
    case "unknown":
      return json(404, { error: "there is nothing at this path" });
  }
}

function routeLabel(match: Match): string {
  switch (match.kind) {
    case "found":
      return match.route.template;
    case "wrong-method":
      return match.template;
    case "unknown":
      return "other";
  }
}

function replyTo(thrown: unknown): Reply {
  if (!(thrown instanceof RequestError)) return json(500, { error: "the request could not be served" });
  const problems = thrown.problems.length > 0 ? { problems: thrown.problems } : {};
  return json(thrown.status, { error: thrown.message, ...problems });
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
