import type { Logger } from "./logging.ts";
import { flushAll, keepFlushing } from "./flush-outbox.ts";
import { createOutbox } from "./outbox.ts";
import type { Reading } from "./reading.ts";
import { createRecentReadings } from "./recent-readings.ts";
import { READINGS_CONSIDERED, recoveryOf } from "./recovery.ts";
import type { Looked, RecoveryService } from "./recovery-service.ts";
import { StoreRefusedError } from "./store-client.ts";
import type { ResilientStoreClient } from "./resilient-store-client.ts";

const MAX_PERSONS = 10_000;
const LAST_FLUSH_MS = 2000;

export interface FallbackOptions {
  readonly client: ResilientStoreClient;
  readonly outboxCapacity: number;
  readonly onFallback: (kind: "last_known" | "outbox") => void;
  readonly logger: Logger;
}

/** The service that outlives its store: it answers from what it last knew, and keeps readings for later. */
export function createResilientService({
  client,
  outboxCapacity,
  onFallback,
  logger,
}: FallbackOptions): RecoveryService {
  const known = createRecentReadings({ maxPersons: MAX_PERSONS, maxPerPerson: READINGS_CONSIDERED });
  const outbox = createOutbox(outboxCapacity);
  const stop = new AbortController();
  const flushing = keepFlushing({ outbox, client, logger, signal: stop.signal });

  function lastKnown(person: string, otherwise: Looked): Looked {
    const recovery = recoveryOf(known.of(person));
    if (recovery === undefined) return otherwise;
    onFallback("last_known");
    return { kind: "found", source: "last-known", recovery };
  }

  return {
    get store() {
      return client.healthy ? "up" : "degraded";
    },
    get outboxReadings() {
      return outbox.size;
    },
    submit: async (reading, traceparent) => {
      try {
        await client.append(reading, { traceparent });
        known.add(reading);
        return "stored";
      } catch (error) {
        if (error instanceof StoreRefusedError) throw error;
        if (!outbox.offer(reading)) return "refused";
        known.add(reading);
        onFallback("outbox");
        return "queued";
      }
    },
    look: async (person, traceparent) => {
      let readings: readonly Reading[];
      try {
        readings = await client.recent(person, { traceparent });
      } catch {
        return lastKnown(person, { kind: "unavailable" });
      }
      // A reading that still waits in the outbox is known here and nowhere else.
      if (readings.length === 0) return lastKnown(person, { kind: "unknown" });
      for (const reading of readings) known.add(reading);
      const recovery = recoveryOf(known.of(person));
      return recovery === undefined ? { kind: "unknown" } : { kind: "found", source: "live", recovery };
    },
    close: async () => {
      stop.abort();
      await flushing;
      const left = await flushAll({ outbox, client, logger, signal: AbortSignal.timeout(LAST_FLUSH_MS) });
      if (left > 0) logger.error({ readings: left }, "readings lost: the store did not take them in time");
      await client.close();
    },
  };
}
