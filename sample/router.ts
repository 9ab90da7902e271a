import type { IncomingMessage } from "node:http";

/** What a handler gets: the value of the template's `:parameter` ("" where it has none), the query and the raw request. */
export interface Request {
  readonly parameter: string;
  readonly query: string;
  readonly traceparent: string | undefined;
  readonly raw: IncomingMessage;
}

/** What a handler answers; `person` is for the log only. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly person?: string;
}

/** A path template with at most one `:parameter`, its last segment; `internal` routes are neither counted nor limited. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly template: string;
  readonly internal?: boolean;
  handle(request: Request): Reply | Promise<Reply>;
}

export type Match =
  | { readonly kind: "found"; readonly route: Route; readonly parameter: string; readonly query: string }
  | { readonly kind: "wrong-method"; readonly template: string; readonly allow: string }
  | { readonly kind: "unknown" };

/** A reply with a JSON body. */
export function json(status: number, value: unknown, extra: Pick<Reply, "headers" | "person"> = {}): Reply {
  return { status, contentType: "application/json", body: JSON.stringify(value), ...extra };
}

/** Finds the route of a method and a URL; the routes are matched in the order given. */
export function createRouter(routes: readonly Route[]): (method: string, url: string) => Match {
  const compiled = routes.map((route) => {
    const colon = route.template.indexOf(":");
    return { route, prefix: colon < 0 ? undefined : route.template.slice(0, colon) };
  });
  return (method, url) => {
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    let other: Route | undefined;
    for (const { route, prefix } of compiled) {
      const parameter = parameterOf(path, route.template, prefix);
      if (parameter === undefined) continue;
      if (route.method === method) {
        return { kind: "found", route, parameter, query: mark < 0 ? "" : url.slice(mark + 1) };
      }
      other = route;
    }
    if (other === undefined) return { kind: "unknown" };
    return { kind: "wrong-method", template: other.template, allow: other.method };
  };
}

function parameterOf(path: string, template: string, prefix: string | undefined): string | undefined {
  if (prefix === undefined) return path === template ? "" : undefined;
  if (!path.startsWith(prefix) || path.length === prefix.length || path.includes("/", prefix.length)) return undefined;
  try {
    return decodeURIComponent(path.slice(prefix.length));
  } catch {
    return undefined; // A malformed escape names nothing here.
  }
}
