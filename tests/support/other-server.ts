import { env as vars } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { compress } from "snappyjs";

import { encodeWriteRequest } from "../../cli/publish/remote-write.ts";
import type { HistorySeries } from "./history.ts";

/** A server that speaks Prometheus's query API, and where it is written to: what tests use in place of a Prometheus of their own. */
export interface OtherServer {
  readonly url: string;
  readonly writeUrl: string;
}

const AT_ONCE = 20_000;
const TRIES = 120;

/** The server that PROOFLOAD_TEST_SERVER and PROOFLOAD_TEST_SERVER_WRITE name, empty and for one test file only; null without them. */
export function otherServer(): OtherServer | null {
  const [url, writeUrl] = [vars["PROOFLOAD_TEST_SERVER"], vars["PROOFLOAD_TEST_SERVER_WRITE"]];
  return url === undefined || writeUrl === undefined ? null : { url, writeUrl };
}

/** Writes series by remote write, and waits until the last one is answered. */
export async function writeTo({ url, writeUrl }: OtherServer, series: readonly HistorySeries[]): Promise<void> {
  const samples = series.flatMap(({ labels: { __name__: name = "", ...labels }, samples: own }) =>
    own.map(([at, value]) => ({ name, labels, value, atMs: Math.round(at * 1000) })),
  );
  for (let from = 0; from < samples.length; from += AT_ONCE) {
    const reply = await fetch(writeUrl, {
      method: "POST",
      headers: {
        "Content-Encoding": "snappy",
        "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
      },
      body: new Uint8Array(compress(encodeWriteRequest(samples.slice(from, from + AT_ONCE)))),
    });
    if (!reply.ok) throw new Error(`${writeUrl}: status ${reply.status}: ${(await reply.text()).slice(0, 300)}`);
  }
  const last = samples.at(-1);
  if (last === undefined) return;
  const matchers = Object.entries(last.labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const query = new URLSearchParams({
    query: `count_over_time(${last.name}{${matchers.join(",")}}[1s])`,
    time: (last.atMs / 1000).toFixed(3),
  });
  for (let tries = 0; tries < TRIES; tries += 1) {
    const reply = await fetch(`${url}/api/v1/query?${query.toString()}`).catch(() => null);
    if (reply !== null && (await reply.text()).includes('"value"')) return;
    await delay(500);
  }
  throw new Error(`${url} does not answer what was written to it`);
}
