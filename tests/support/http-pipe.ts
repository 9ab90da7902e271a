import { createServer, request } from "node:http";
import type { IncomingMessage, RequestOptions, ServerResponse } from "node:http";
import type { AddressInfo, ListenOptions } from "node:net";

/** Stands before a real server and passes everything on, but for what a test wants otherwise. */
export interface HttpPipe {
  /** Of TCP; 0 on a socket. */
  readonly port: number;
  /** Requests that get no answer while it says so; told as `DELETE /proxies/x`. They are passed on once it does not. */
  hangs: (asked: string) => boolean;
  /** What is answered in place of the real body (JSON). */
  rewrites: (asked: string, body: unknown) => unknown;
  /** What is asked for in place of what was asked (a path). */
  redirects: (url: string) => string;
  /** How often something was asked. */
  count(pattern: RegExp): number;
  stop(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1, or on a socket; `to` is where the real server is. */
export async function startPipe(
  to: Pick<RequestOptions, "socketPath" | "host" | "port">,
  listen: ListenOptions = { host: "127.0.0.1", port: 0 },
): Promise<HttpPipe> {
  const seen: string[] = [];
  const waiting = new Map<() => void, { readonly asked: string; readonly answer: ServerResponse }>();
  const pass = (from: IncomingMessage, answer: ServerResponse, asked: string): void => {
    const { method = "GET", url = "/", headers } = from;
    const onward = request({ ...to, method, path: pipe.redirects(url), headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("end", () => {
        const text = Buffer.concat(chunks);
        const isJson = reply.headers["content-type"]?.includes("json") === true && text.length > 0;
        const body = isJson ? JSON.stringify(pipe.rewrites(asked, JSON.parse(text.toString()))) : text;
        answer.writeHead(reply.statusCode ?? 502, { "content-type": reply.headers["content-type"] ?? "text/plain" });
        answer.end(body);
      });
    });
    onward.on("error", () => answer.destroy());
    from.pipe(onward);
  };
  const server = createServer((from, answer) => {
    const asked = `${from.method} ${from.url}`;
    seen.push(asked);
    if (pipe.hangs(asked)) waiting.set(() => pass(from, answer, asked), { asked, answer });
    else pass(from, answer, asked);
  });
  const looking = setInterval(() => {
    for (const [go, { asked, answer }] of waiting) {
      if (pipe.hangs(asked)) continue;
      waiting.delete(go);
      // Who gave up is not served any more.
      if (!answer.destroyed) go();
    }
  }, 50);
  await new Promise<void>((resolve) => server.listen(listen, resolve));
  const address = server.address();
  const pipe: HttpPipe = {
    port: typeof address === "string" || address === null ? 0 : (address satisfies AddressInfo).port,
    hangs: () => false,
    redirects: (url) => url,
    rewrites: (_, body) => body,
    count: (pattern) => seen.filter((asked) => pattern.test(asked)).length,
    stop: () => {
      clearInterval(looking);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return pipe;
}
