import type { Reading } from "./reading.ts";
import { recoveryOf } from "./recovery.ts";
import type { Recovery } from "./recovery.ts";
import type { StoreClient } from "./store-client.ts";

export type Submitted = "stored" | "queued" | "refused";

export type Looked =
  | { readonly kind: "found"; readonly source: "live" | "last-known"; readonly recovery: Recovery }
  | { readonly kind: "unknown" }
  | { readonly kind: "unavailable" };

/** What the api does with the store, well or badly. */
export interface RecoveryService {
  readonly store: "up" | "degraded";
  /** Readings accepted that the store has yet to get. */
  readonly outboxReadings: number;
  submit(reading: Reading, traceparent?: string): Promise<Submitted>;
  look(person: string, traceparent?: string): Promise<Looked>;
  close(): Promise<void>;
}

/** The service without any protection: the store's slowness and failures are the client's. */
export function createFragileService(client: StoreClient): RecoveryService {
  let store: "up" | "degraded" = "up";

  async function watched<T>(call: Promise<T>): Promise<T> {
    try {
      const value = await call;
      store = "up";
      return value;
    } catch (error) {
      store = "degraded";
      throw error;
    }
  }

  return {
    get store() {
      return store;
    },
    outboxReadings: 0,
    submit: async (reading, traceparent) => {
      await watched(client.append(reading, { traceparent }));
      return "stored";
    },
    look: async (person, traceparent) => {
      const recovery = recoveryOf(await watched(client.recent(person, { traceparent })));
      return recovery === undefined ? { kind: "unknown" } : { kind: "found", source: "live", recovery };
    },
    close: () => client.close(),
  };
}
