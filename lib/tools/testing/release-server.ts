import { createHash } from "node:crypto";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

import { zipSync } from "fflate";
import { Header } from "tar";

/** How the server answers for one address: with bytes, or as a function says. */
export type Answer = Buffer | ((response: ServerResponse) => void);

export interface ReleaseServer extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  readonly authorizations: readonly (string | undefined)[];
  readonly answers: Map<string, Answer>;
}

export const K6_FOLDER = "/grafana/k6/releases/download/v1.8.1";
export const K6_FILE = `${K6_FOLDER}/k6-v1.8.1-linux-amd64.tar.gz`;
export const K6_CHECKSUMS = `${K6_FOLDER}/k6-v1.8.1-checksums.txt`;

/** Starts a stand-in for https://github.com; what it has no answer for is 404. */
export async function startReleaseServer(answers: Readonly<Record<string, Answer>> = {}): Promise<ReleaseServer> {
  const known = new Map(Object.entries(answers));
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? "");
    authorizations.push(request.headers.authorization);
    const answer = known.get(request.url ?? "");
    if (answer === undefined) response.writeHead(404).end("no such file");
    else if (typeof answer === "function") answer(response);
    else response.writeHead(200, { "content-length": answer.byteLength }).end(answer);
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    authorizations,
    answers: known,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A line of a checksum file. */
export function checksumLine(bytes: Buffer, file: string): string {
  return `${createHash("sha256").update(bytes).digest("hex")}  ${file}\n`;
}

/** The answers of a release of k6 that is in order, around the given archive. */
export function k6Release(archive: Buffer): Record<string, Answer> {
  return {
    [K6_FILE]: archive,
    [K6_CHECKSUMS]: Buffer.from(checksumLine(archive, "k6-v1.8.1-linux-amd64.tar.gz")),
  };
}

export interface Member {
  readonly path: string;
  readonly text: string;
  /** Makes it a symbolic link to this instead of a file. */
  readonly linkTo?: string;
}

/** A .tar.gz with exactly these members, however odd their paths. */
export function tarGz(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ path, text, linkTo }) => {
    const body = Buffer.from(linkTo === undefined ? text : "");
    const header = new Header({
      path,
      mode: 0o644,
      size: body.byteLength,
      mtime: new Date(0),
      ...(linkTo === undefined ? { type: "File" } : { type: "SymbolicLink", linkpath: linkTo }),
    });
    header.encode();
    return [header.block ?? Buffer.alloc(512), body, Buffer.alloc((512 - (body.byteLength % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A .zip with these members. */
export function zip(members: readonly Member[]): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(members.map(({ path, text }) => [path, Buffer.from(text)]))));
}
