import { Command } from "@commander-js/extra-typings";

import { createLogger } from "./logging.ts";
import { parsePort, parseWhole, runServer } from "./program.ts";
import { startStore } from "./store-server.ts";

const { host, port, data, logLevel, logRequestsEvery } = new Command("store")
  .description("Keeps readings on disk and answers the latest of each person.")
  .requiredOption("--port <port>", "port to listen on (0: any)", parsePort)
  .requiredOption("--data <folder>", "folder for readings.ndjson")
  .option("--host <host>", "address to listen on", "127.0.0.1")
  .option("--log-level <level>", "least level that is logged", "info")
  .option("--log-requests-every <n>", "log one in so many requests (0: none)", parseWhole, 1000)
  .parse()
  .opts();

const logger = createLogger({ service: "store", level: logLevel });
await runServer(logger, () => startStore({ host, port, folder: data, logRequestsEvery, logger }));
