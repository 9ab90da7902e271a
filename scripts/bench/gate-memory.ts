import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { sloText } from "../../tests/support/gate.ts";
import { startHistoryOf } from "../../tests/support/history.ts";
import { runWatched } from "./watched.ts";

const DAYS = 30;
const ASKED = [3, 10, DAYS] as const;
const PODS = 10;
const SERIES_OF_POD = 50;
const STEP = 15;
const DAY = 86_400;
const FROM = Date.parse("2025-01-01T00:00:00Z") / 1000;

/** Peak memory and time of `proofload gate` over 3, 10 and 30 days of 500 series that are scraped every 15 s: 86 million samples in a real Prometheus. Takes minutes to make them. */
export async function gateMemoryBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const history = await startHistoryOf(async (folder, addBlocks) => {
    for (let day = 0; day < DAYS; day += 1) {
      const file = join(folder, "day.om");
      await writeDay(file, day);
      await addBlocks(file);
    }
  });
  try {
    writeFileSync(join(dir, "slo.yaml"), SLO);
    console.log(`proofload gate over ${PODS * SERIES_OF_POD} series, a sample every ${STEP} s`);
    for (const days of ASKED) {
      const to = FROM + DAYS * DAY - STEP;
      const from = to - days * DAY + 600;
      const gate = [process.execPath, join(process.cwd(), "dist", "proofload.js"), "gate"];
      const asked = ["--slo", join(dir, "slo.yaml"), "--prometheus", history.url];
      const start = performance.now();
      const peak = await runWatched([...gate, ...asked, "--from", String(from), "--to", String(to), "--json"]);
      const seconds = (performance.now() - start) / 1000;
      const millions = (days * DAY * PODS * SERIES_OF_POD) / STEP / 1e6;
      console.log(
        `${String(days).padStart(4)} days, ${millions.toFixed(0).padStart(3)} million samples: ${peak.toFixed(0)} MB at most, ${seconds.toFixed(1)} s`,
      );
    }
  } finally {
    await history.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const SLO = sloText({
  name: "availability",
  part: 'http_requests_total{job="api",status="500"}',
  total: 'http_requests_total{job="api"}',
  target: 0.9,
});

/** A day as OpenMetrics, series after series: two hundred megabytes are never held at once. */
async function writeDay(file: string, day: number): Promise<void> {
  const out = createWriteStream(file);
  const write = async (labels: string, valueAt: (scrape: number) => number): Promise<void> => {
    const first = (day * DAY) / STEP;
    const lines = Array.from(
      { length: DAY / STEP },
      (_, nth) => `${labels} ${valueAt(first + nth)} ${FROM + (first + nth) * STEP}\n`,
    );
    if (!out.write(lines.join(""))) await once(out, "drain");
  };
  for (let pod = 0; pod < PODS; pod += 1) {
    const target = `job="api",instance="p${pod}:80"`;
    await write(`up{${target}}`, () => 1);
    for (let nth = 0; nth < SERIES_OF_POD; nth += 1) {
      const [status, perScrape] = nth % 2 === 1 ? ["500", 1] : ["200", 150];
      const labels = `${target},handler="/h${Math.floor(nth / 2)}",status="${status}"`;
      await write(`http_requests_total{${labels}}`, (scrape) => scrape * perScrape);
    }
  }
  out.end("# EOF\n");
  await once(out, "finish");
}
