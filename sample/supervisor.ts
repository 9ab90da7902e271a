import { resolve } from "node:path";

import { Command } from "@commander-js/extra-typings";

import { createLogger } from "./logging.ts";
import { parseWhole } from "./program.ts";
import { supervise } from "./supervise.ts";

const command = new Command("supervisor")
  .description("Starts a program and restarts it whenever it ends.")
  .usage("[options] -- <program> [arguments...]")
  .argument("<program...>", "the program and its arguments")
  .requiredOption("--pid-file <file>", "holds the pid of the latest start")
  .option("--restart-delay-ms <ms>", "pause before a restart", parseWhole, 1500)
  .option("--max-restarts <n>", "restarts within a minute before giving up", parseWhole, 20)
  .option("--stop-timeout-ms <ms>", "time to end after SIGTERM, before SIGKILL", parseWhole, 5000)
  .passThroughOptions()
  .parse();

const { pidFile, restartDelayMs, maxRestarts, stopTimeoutMs } = command.opts();
const logger = createLogger({ service: "supervisor" });
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
process.once("SIGINT", () => stop.abort());

const outcome = await supervise({
  argv: command.processedArgs[0],
  pidFile: resolve(pidFile),
  restartDelayMs,
  maxRestarts,
  stopTimeoutMs,
  logger,
  signal: stop.signal,
});
process.exit(outcome === "gave-up" ? 1 : 0);
