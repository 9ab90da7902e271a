import { EXPECTED_REQUESTS, createApiMetrics } from "./api-metrics.ts";
import type { ApiMetrics } from "./api-metrics.ts";
import { apiRoutes } from "./api-routes.ts";
import { createResilientService } from "./fallback.ts";
import { serve } from "./http.ts";
import type { Listening } from "./http.ts";
import type { Logger } from "./logging.ts";
import { createHttpMetrics, createRegistry, metricsRoute } from "./metrics.ts";
import { createRateLimit } from "./rate-limit.ts";
import { createFragileService } from "./recovery-service.ts";
import type { RecoveryService } from "./recovery-service.ts";
import { createRequestLog } from "./request-log.ts";
import { createResilientStoreClient } from "./resilient-store-client.ts";
import { json } from "./router.ts";
import { createHttpStore } from "./store-client.ts";
import type { StoreClient } from "./store-client.ts";

const RESILIENT_CONNECTIONS = 64;
// Without a time limit, calls pile up behind a slow store: let them, as that is what fragile is for.
const FRAGILE_CONNECTIONS = 1024;

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly storeUrl: string;
  /** No timeout, retry, breaker, fallback or outbox. */
  readonly fragile: boolean;
  /** How long the store may take, unless fragile. */
  readonly storeTimeoutMs: number;
  readonly rateLimitPerSecond: number;
  readonly outboxCapacity: number;
  readonly logRequestsEvery: number;
  readonly logger: Logger;
}

/** Starts the api before a store, which need not be there. */
export async function startApi(options: ApiOptions): Promise<Listening> {
  const registry = createRegistry();
  const metrics = createApiMetrics(registry);
  const service = createService(options, metrics);
  metrics.watch(service);
  const count = createHttpMetrics(registry, EXPECTED_REQUESTS);
  const log = createRequestLog(options.logger, options.logRequestsEvery);
  const mayPass = createRateLimit(options.rateLimitPerSecond);

  const listening = await serve(
    {
      routes: [...apiRoutes(service, metrics), metricsRoute(registry)],
      guard: () => {
        if (mayPass()) return undefined;
        metrics.rateLimited();
        return json(429, { error: "too many requests" }, { headers: { "retry-after": "1" } });
      },
      observe: (observation) => {
        count(observation);
        log(observation);
      },
    },
    options.host,
    options.port,
  );
  return {
    port: listening.port,
    close: async () => {
      await listening.close();
      await service.close();
    },
  };
}

function createService(options: ApiOptions, metrics: ApiMetrics): RecoveryService {
  const { storeUrl, outboxCapacity, logger } = options;
  if (options.fragile) return createFragileService(counted(createHttpStore(storeUrl, FRAGILE_CONNECTIONS), metrics));
  const client = createResilientStoreClient(createHttpStore(storeUrl, RESILIENT_CONNECTIONS), {
    timeoutMs: options.storeTimeoutMs,
    onResult: (result) => metrics.storeResult(result),
    onStateChange: (store) => logger.warn({ store }, store === "up" ? "store is back" : "store is away"),
  });
  return createResilientService({ client, outboxCapacity, onFallback: (kind) => metrics.fallback(kind), logger });
}

function counted(store: StoreClient, metrics: ApiMetrics): StoreClient {
  async function count<T>(call: Promise<T>): Promise<T> {
    try {
      const value = await call;
      metrics.storeResult("ok");
      return value;
    } catch (error) {
      metrics.storeResult("error");
      throw error;
    }
  }
  return {
    append: (reading, options) => count(store.append(reading, options)),
    recent: (person, options) => count(store.recent(person, options)),
    close: () => store.close(),
  };
}
