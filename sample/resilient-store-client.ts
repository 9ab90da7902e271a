import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  circuitBreaker,
  handleWhen,
  retry,
} from "cockatiel";

import { DeadlineError, withDeadline } from "./deadline.ts";
import { StoreRefusedError } from "./store-client.ts";
import type { HttpStore, StoreClient, StoreResult } from "./store-client.ts";

/** A store client that answers or fails within its time limit, or twice that at worst. */
export interface ResilientStoreClient extends StoreClient {
  /** False while the circuit is open: calls then fail at once. */
  readonly healthy: boolean;
  /** While the circuit is open: asks the store, twice a second at most, whether it is back, and closes the circuit. */
  probe(): Promise<void>;
}

export interface ResilienceOptions {
  readonly timeoutMs: number;
  readonly retryDelayMs?: () => number;
  readonly failuresToOpen?: number;
  readonly probeAfterMs?: number;
  readonly onResult: (result: StoreResult) => void;
  readonly onStateChange?: (state: "up" | "degraded") => void;
}

/**
 * Puts a timeout, one retry and a circuit breaker before a store. Calls can be repeated, as readings carry an id; one
 * that timed out is not, as the client has waited enough.
 */
export function createResilientStoreClient(store: HttpStore, options: ResilienceOptions): ResilientStoreClient {
  const { timeoutMs, failuresToOpen = 10, probeAfterMs = 500, onResult } = options;
  const { retryDelayMs = () => 5 + Math.random() * 15 } = options;

  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof StoreRefusedError)),
    { halfOpenAfter: probeAfterMs, breaker: new ConsecutiveBreaker(failuresToOpen) },
  );
  const retried = retry(
    handleWhen((error) => resultOf(error) === "error" && !(error instanceof StoreRefusedError)),
    { maxAttempts: 1, backoff: new DelegateBackoff(retryDelayMs) },
  );
  retried.onRetry(() => onResult("retry"));
  let away = false;
  breaker.onBreak(() => {
    // What a connection that stopped answering is worth can't be told; a new one is cheap.
    store.renewConnections();
    if (!away) options.onStateChange?.("degraded"); // A probe that fails breaks the circuit once more.
    away = true;
  });
  breaker.onReset(() => {
    away = false;
    options.onStateChange?.("up");
  });

  async function attempt<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      const value = await breaker.execute(() => withDeadline(timeoutMs, send));
      onResult("ok");
      return value;
    } catch (error) {
      onResult(resultOf(error));
      throw error;
    }
  }

  function call<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return retried.execute(() => {
      if (breaker.state === CircuitState.Closed) return attempt(send);
      // Only probes try an open circuit: no client waits for one.
      onResult("short_circuited");
      throw new BrokenCircuitError();
    });
  }

  return {
    get healthy() {
      return breaker.state === CircuitState.Closed;
    },
    append: (reading, { traceparent } = {}) => call((signal) => store.append(reading, { traceparent, signal })),
    recent: (person, { traceparent } = {}) => call((signal) => store.recent(person, { traceparent, signal })),
    probe: async () => {
      if (breaker.state === CircuitState.Closed) return;
      // Too early or still away: the circuit stays open, and the next probe finds out more.
      await breaker.execute(() => withDeadline(timeoutMs, (signal) => store.ping({ signal }))).catch(() => undefined);
    },
    close: () => store.close(),
  };
}

function resultOf(error: unknown): StoreResult {
  if (error instanceof DeadlineError) return "timeout";
  return error instanceof BrokenCircuitError ? "short_circuited" : "error";
}
