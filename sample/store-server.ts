import { randomUUID } from "node:crypto";

import { Counter, Gauge } from "prom-client";

import { serve } from "./http.ts";
import type { Listening } from "./http.ts";
import type { Logger } from "./logging.ts";
import { createHttpMetrics, createRegistry, metricsRoute } from "./metrics.ts";
import { isPerson, readingSchema } from "./reading.ts";
import { readJson } from "./request-body.ts";
import { createRequestLog } from "./request-log.ts";
import { json } from "./router.ts";
import type { Reply, Request, Route } from "./router.ts";
import { openJournal } from "./store-journal.ts";
import type { Journal } from "./store-journal.ts";

export interface StoreOptions {
  readonly host: string;
  readonly port: number;
  /** The folder of `readings.ndjson`. */
  readonly folder: string;
  readonly logRequestsEvery: number;
  readonly logger: Logger;
}

const EXPECTED = [
  { method: "POST", route: "/readings", statuses: [200, 201, 400, 413, 500] },
  { method: "GET", route: "/readings/:person", statuses: [200, 400, 404, 500] },
  { method: "GET", route: "other", statuses: [404] },
] as const;

// Without an id a reading still gets one, so that the store can be tried by hand.
const incomingSchema = readingSchema.extend({ id: readingSchema.shape.id.default(() => randomUUID()) });

/** Starts the store: readings on disk, the latest of each person in memory, behind HTTP. */
export async function startStore(options: StoreOptions): Promise<Listening> {
  const journal = await openJournal(options.folder);
  const { recent, replayed, skippedLines } = journal;
  options.logger.info({ replayed, skipped_lines: skippedLines, persons: recent.persons }, "readings read back");

  const registry = createRegistry();
  const count = createHttpMetrics(registry, EXPECTED);
  const log = createRequestLog(options.logger, options.logRequestsEvery);
  const routes = [...storeRoutes(journal, createStoreMetrics(journal, registry)), metricsRoute(registry)];
  const listening = await serve(
    {
      routes,
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
      await journal.close();
    },
  };
}

function storeRoutes(journal: Journal, appended: Counter<"result">): readonly Route[] {
  return [
    {
      method: "POST",
      template: "/readings",
      handle: async ({ raw }): Promise<Reply> => {
        const reading = await readJson(raw, incomingSchema);
        const result = await journal.append(reading);
        appended.inc({ result });
        return json(result === "stored" ? 201 : 200, { id: reading.id, result }, { person: reading.person });
      },
    },
    { method: "GET", template: "/readings/:person", handle: (request) => latestOf(journal, request) },
    {
      method: "GET",
      template: "/health",
      internal: true,
      handle: () => json(200, { status: "ok", pid: process.pid, uptimeSeconds: Math.round(process.uptime()) }),
    },
  ];
}

function latestOf({ recent }: Journal, { parameter: person, query }: Request): Reply {
  if (!isPerson(person)) return json(400, { error: "that is no person's name" });
  const readings = recent.of(person);
  if (readings.length === 0) return json(404, { error: "no reading of this person" }, { person });
  const limit = Number(new URLSearchParams(query).get("limit") ?? readings.length);
  if (!Number.isInteger(limit) || limit < 1) return json(400, { error: "limit must be a whole number above 0" });
  return json(200, { person, readings: readings.slice(0, limit) }, { person });
}

function createStoreMetrics({ recent }: Journal, registry: ReturnType<typeof createRegistry>): Counter<"result"> {
  const gauge: Gauge = new Gauge({
    name: "store_persons",
    help: "Persons whose latest readings are in memory.",
    registers: [registry],
    collect: () => gauge.set(recent.persons),
  });
  const appended = new Counter({
    name: "readings_appended_total",
    help: "Readings that came in: written to disk, or known by their id already.",
    labelNames: ["result"] as const,
    registers: [registry],
  });
  appended.inc({ result: "stored" }, 0);
  appended.inc({ result: "duplicate" }, 0);
  return appended;
}
