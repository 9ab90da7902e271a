import { randomUUID } from "node:crypto";

import type { ApiMetrics } from "./api-metrics.ts";
import { isPerson, newReadingSchema } from "./reading.ts";
import { readJson } from "./request-body.ts";
import type { RecoveryService } from "./recovery-service.ts";
import { json } from "./router.ts";
import type { Reply, Request, Route } from "./router.ts";

const RETRY_LATER = { "retry-after": "1" };

/** The api's routes, all but `/metrics`. */
export function apiRoutes(service: RecoveryService, metrics: ApiMetrics): readonly Route[] {
  return [
    { method: "POST", template: "/readings", handle: (request) => submit(service, metrics, request) },
    { method: "GET", template: "/recovery/:person", handle: (request) => look(service, metrics, request) },
    { method: "GET", template: "/health", internal: true, handle: () => health(service) },
  ];
}

async function submit(service: RecoveryService, metrics: ApiMetrics, request: Request): Promise<Reply> {
  const reading = { ...(await readJson(request.raw, newReadingSchema)), id: randomUUID() };
  const { id, person, takenAt } = reading;
  const result = await service.submit(reading, request.traceparent);
  if (result === "refused") {
    return json(503, { error: "the store is away and the outbox is full" }, { person, headers: RETRY_LATER });
  }
  metrics.reading(reading.hrvRmssdMs);
  return json(result === "stored" ? 201 : 202, { id, person, takenAt, result }, { person });
}

async function look(service: RecoveryService, metrics: ApiMetrics, request: Request): Promise<Reply> {
  const person = request.parameter;
  if (!isPerson(person)) return json(400, { error: "that is no person's name" });
  const looked = await service.look(person, request.traceparent);
  switch (looked.kind) {
    case "found":
      metrics.recovery(looked.recovery.recoveryScore, looked.recovery.sleepDebtHours);
      return json(200, { person, ...looked.recovery, source: looked.source }, { person });
    case "unknown":
      return json(404, { error: "no reading of this person" }, { person });
    case "unavailable":
      return json(503, { error: "the store is away and nothing is known yet" }, { person, headers: RETRY_LATER });
  }
}

function health(service: RecoveryService): Reply {
  return json(200, {
    status: "ok",
    store: service.store,
    outboxReadings: service.outboxReadings,
    pid: process.pid,
    uptimeSeconds: Math.round(process.uptime()),
  });
}
