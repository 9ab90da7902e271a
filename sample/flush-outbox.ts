import { setTimeout as delay } from "node:timers/promises";

import type { Logger } from "./logging.ts";
import type { Outbox } from "./outbox.ts";
import { StoreRefusedError } from "./store-client.ts";
import type { ResilientStoreClient } from "./resilient-store-client.ts";

// Ten readings every 25 ms: 400 a second at most, beside what clients send.
const BATCH_SIZE = 10;
const PAUSE_MS = 25;
const IDLE_MS = 100;
const BACK_OFF_MS = 500;

export interface FlushOptions {
  readonly outbox: Outbox;
  readonly client: ResilientStoreClient;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Probes the store while it is away and sends it the outbox when it is back, until the signal is aborted. */
export async function keepFlushing({ outbox, client, logger, signal }: FlushOptions): Promise<void> {
  while (!signal.aborted) {
    const pauseMs = await flushOnce(outbox, client, logger);
    // Rejects when aborted, which the loop's condition then sees.
    await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Sends what the outbox holds for as long as the store takes it; answers how many readings are left. */
export async function flushAll(options: FlushOptions): Promise<number> {
  const { outbox, client, logger, signal } = options;
  while (!signal.aborted && outbox.size > 0 && client.healthy) await flushOnce(outbox, client, logger);
  return outbox.size;
}

async function flushOnce(outbox: Outbox, client: ResilientStoreClient, logger: Logger): Promise<number> {
  await client.probe();
  if (!client.healthy || outbox.size === 0) return IDLE_MS;
  const failures = await Promise.all(
    outbox.oldest(BATCH_SIZE).map(async (reading) => {
      try {
        await client.append(reading);
      } catch (error) {
        if (!(error instanceof StoreRefusedError)) return 1;
        logger.error(
          { error, person: reading.person, reading_id: reading.id },
          "reading dropped: the store refused it",
        );
      }
      outbox.remove(reading.id);
      return 0;
    }),
  );
  return failures.includes(1) ? BACK_OFF_MS : PAUSE_MS;
}
