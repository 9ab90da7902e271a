import { InvalidArgumentError } from "@commander-js/extra-typings";

import type { Logger } from "./logging.ts";

/** Parses a TCP port; 0 asks for any that is free. */
export function parsePort(text: string): number {
  const port = parseWhole(text);
  if (port > 65_535) throw new InvalidArgumentError("a port is at most 65535");
  return port;
}

/** Parses a whole number, 0 or more. */
export function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("a whole number, 0 or more, is wanted");
  return Number(text);
}

/** Starts a server, and ends it and the process on SIGTERM or SIGINT; a start that fails ends with exit code 1. */
export async function runServer(
  logger: Logger,
  start: () => Promise<{ readonly port: number; close(): Promise<void> }>,
): Promise<void> {
  try {
    const server = await start();
    logger.info({ port: server.port, pid: process.pid }, "listening");
    const signal = await nextSignal();
    logger.info({ signal }, "stopping");
    await server.close();
    logger.info("stopped");
    process.exit(0);
  } catch (error) {
    logger.fatal({ error }, "could not run");
    process.exit(1);
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}
