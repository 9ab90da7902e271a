import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { execa } from "execa";

import { createNodeEnv } from "../../lib/node-env.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { ensureTools } from "../../lib/tools/index.ts";
import { otherServer, writeTo } from "./other-server.ts";

/** A series as it was stored: labels with `__name__`, and [Unix seconds, value]. */
export interface HistorySeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, number])[];
}

/** A Prometheus that remembers what a test made up. */
export interface History {
  readonly url: string;
  stop(): Promise<void>;
}

/** Series as OpenMetrics, each sample with its time. */
function openMetrics(series: readonly HistorySeries[]): string {
  const lines = series.flatMap(({ labels: { __name__: name = "", ...labels }, samples }) => {
    const matchers = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return samples.map(([at, value]) => `${name}{${matchers.join(",")}} ${textOf(value)} ${at.toFixed(3)}`);
  });
  return `${lines.join("\n")}\n# EOF\n`;
}

function textOf(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}

/** Writes the series as blocks of a Prometheus's storage, and starts a real one on them; or writes them to the server that the environment names. */
export async function startHistory(series: readonly HistorySeries[]): Promise<History> {
  const other = otherServer();
  if (other !== null) {
    await writeTo(other, series);
    return { url: other.url, stop: () => Promise.resolve() };
  }
  return startHistoryOf(async (dir, addBlocks) => {
    const text = join(dir, "series.om");
    writeFileSync(text, openMetrics(series));
    await addBlocks(text);
  });
}

/** The same with blocks made from OpenMetrics files, which `write` leaves in a folder that is removed at the end, one after another. */
export async function startHistoryOf(
  write: (dir: string, addBlocks: (file: string) => Promise<void>) => Promise<void>,
): Promise<History> {
  const program = await prometheusPath();
  const promtool = join(program, "..", "promtool");
  const dir = mkdtempSync(join(tmpdir(), "proofload-history-"));
  const data = join(dir, DATA_FOLDER);
  try {
    await write(dir, async (file) => {
      // Of a day or less, so that few blocks are written from a file.
      await execa(promtool, ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=24h", file, data]);
    });
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  return startIn(dir, program);
}

/** Starts a real Prometheus that scrapes nothing, and takes what is written to it. */
export async function startEmptyPrometheus(): Promise<History> {
  return startIn(mkdtempSync(join(tmpdir(), "proofload-prometheus-")), await prometheusPath());
}

const DATA_FOLDER = "data";

async function prometheusPath(): Promise<string> {
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const tool = (await ensureTools(createNodeEnv(), ["prometheus"], options)).get("prometheus");
  if (tool === undefined) throw new Error("no Prometheus");
  return tool.path;
}

async function startIn(dir: string, program: string): Promise<History> {
  const config = join(dir, "prometheus.yml");
  writeFileSync(config, "global: {}\n");
  const { port } = await findFreePorts(["port"]);
  const url = `http://127.0.0.1:${port}`;
  const child = execa(
    program,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(dir, DATA_FOLDER)}`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=127.0.0.1:${port}`,
      "--web.enable-remote-write-receiver",
      "--log.level=error",
    ],
    { reject: false },
  );
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child;
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 1200; tries += 1) {
    const ready = await fetch(`${url}/-/ready`).catch(() => null);
    if (ready?.status === 200) return { url, stop };
    await delay(50);
  }
  await stop();
  throw new Error("Prometheus did not start");
}
