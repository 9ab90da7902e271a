import { PbfWriter } from "pbf";
import { compress } from "snappyjs";

import type { Env } from "../../lib/env.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { push } from "./push.ts";
import { readDestination } from "./read-destination.ts";
import { runSamples } from "./run-series.ts";
import type { RunSample } from "./run-series.ts";

/**
 * Pushes what runs came to by Prometheus's remote write 1.0 to PROOFLOAD_REMOTE_WRITE_URL. Throws usage errors for its variables (exit code 2), `publish-failed`
 * where it is not taken (exit code 4).
 */
export async function publishRemoteWrite(
  env: Pick<Env, "vars" | "cwd" | "fetch">,
  records: readonly RunRecord[],
): Promise<void> {
  const destination = readDestination(env, "remote write", "PROOFLOAD_REMOTE_WRITE");
  if (records.length === 0) return;
  await push(env, destination, {
    url: destination.url,
    headers: {
      "Content-Encoding": "snappy",
      "Content-Type": "application/x-protobuf",
      "User-Agent": "proofload",
      "X-Prometheus-Remote-Write-Version": "0.1.0",
    },
    body: new Uint8Array(compress(encodeWriteRequest(records.flatMap(runSamples)))),
  });
}

interface Series {
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly samples: readonly RunSample[];
}

/** A `prometheus.WriteRequest` as protobuf (https://prometheus.io/docs/specs/prw/remote_write_spec/): labels and samples sorted, each series once. */
export function encodeWriteRequest(samples: readonly RunSample[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const series of seriesOf(samples)) pbf.writeMessage(1, writeSeries, series);
  return pbf.finish();
}

function seriesOf(samples: readonly RunSample[]): readonly Series[] {
  const bySeries = new Map<string, Series & { readonly samples: RunSample[] }>();
  for (const sample of samples) {
    const labels = Object.entries({ ...sample.labels, __name__: sample.name }).toSorted(byName);
    const key = JSON.stringify(labels);
    const series = bySeries.get(key) ?? { labels, samples: [] };
    series.samples.push(sample);
    bySeries.set(key, series);
  }
  return [...bySeries.values()].map((series) => ({ ...series, samples: series.samples.toSorted(byTime) }));
}

/** By their bytes, as the specification has it; not by any language. */
function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byTime(a: RunSample, b: RunSample): number {
  return a.atMs - b.atMs;
}

function writeSeries({ labels, samples }: Series, pbf: PbfWriter): void {
  for (const label of labels) pbf.writeMessage(1, writeLabel, label);
  for (const sample of samples) pbf.writeMessage(2, writeSample, sample);
}

function writeLabel([name, value]: readonly [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeStringField(2, value);
}

function writeSample({ value, atMs }: RunSample, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, value);
  pbf.writeVarintField(2, atMs);
}
