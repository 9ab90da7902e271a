import { endpoint } from "../kit/client.ts";
import { variable } from "../kit/env.ts";
import { iterationIndex } from "../kit/iteration-index.ts";
import { kpi } from "../kit/kpi.ts";

const PEOPLE = variable("PEOPLE").integer({ default: 200, min: 1, max: 1_000_000 });
/** Of ten iterations, this many send a reading; the others ask for a recovery. */
const WRITES_IN_TEN = 3;

const sendReading = endpoint("POST /readings");
const askRecovery = endpoint("GET /recovery/{person}");
const readingsSent = kpi("readings_sent");

/** People wear a device that sends readings, and look at how well they recovered. */
export function readings(): void {
  const index = iterationIndex();
  const person = `person-${index % PEOPLE}`;
  // Everyone has sent something before anyone asks.
  if (index < PEOPLE || index % 10 < WRITES_IN_TEN) {
    sendReading.post("/readings", { person, hrvRmssdMs: 30 + (index % 70), sleepHours: 5 + (index % 8) / 2 });
    readingsSent.add(1);
  } else {
    askRecovery.get(`/recovery/${person}`);
  }
}
