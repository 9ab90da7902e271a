import { Command } from "@commander-js/extra-typings";

import { startApi } from "./api-server.ts";
import { createLogger } from "./logging.ts";
import { parsePort, parseWhole, runServer } from "./program.ts";

const options = new Command("api")
  .description("Takes readings and answers how recovered a person is, before a store that may be away.")
  .requiredOption("--port <port>", "port to listen on (0: any)", parsePort)
  .requiredOption("--store <url>", "where the store answers")
  .option("--host <host>", "address to listen on", "127.0.0.1")
  .option("--fragile", "no timeout, retry, breaker, fallback or outbox", false)
  .option("--store-timeout-ms <ms>", "how long the store may take", parseWhole, 80)
  .option("--rate-limit <n>", "requests a second before 429", parseWhole, 5000)
  .option("--outbox-capacity <n>", "readings kept while the store is away", parseWhole, 20_000)
  .option("--log-level <level>", "least level that is logged", "info")
  .option("--log-requests-every <n>", "log one in so many requests (0: none)", parseWhole, 1000)
  .parse()
  .opts();

const { host, port, fragile, outboxCapacity, logRequestsEvery } = options;
const logger = createLogger({ service: "api", level: options.logLevel });
await runServer(logger, () =>
  startApi({
    host,
    port,
    storeUrl: options.store,
    fragile,
    storeTimeoutMs: options.storeTimeoutMs,
    rateLimitPerSecond: options.rateLimit,
    outboxCapacity,
    logRequestsEvery,
    logger,
  }),
);
