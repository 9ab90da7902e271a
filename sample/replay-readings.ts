import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";

import { readingSchema } from "./reading.ts";
import type { Reading } from "./reading.ts";

const MAX_REPLAY_BYTES = 32 * 1024 * 1024;

/** Reads the end of a file of readings (32 MiB at most) and answers how many lines were no reading: torn ones, mostly. */
export async function replayReadings(path: string, onReading: (reading: Reading) => void): Promise<number> {
  const { size } = await stat(path);
  const lines = createInterface({ input: createReadStream(path, { start: Math.max(0, size - MAX_REPLAY_BYTES) }) });
  let skipped = 0;
  for await (const line of lines) {
    const reading = parseLine(line);
    if (reading === undefined) skipped += 1;
    else onReading(reading);
  }
  return skipped;
}

function parseLine(line: string): Reading | undefined {
  try {
    return readingSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
