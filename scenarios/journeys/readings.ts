import exec from "k6/execution";

import { endpoint } from "../kit/client.ts";

const PEOPLE = 200;
/** Of ten iterations, this many send a reading; the others ask for a recovery. */
const WRITES_IN_TEN = 3;

const sendReading = endpoint("POST /readings");
const askRecovery = endpoint("GET /recovery/{person}");

/** People wear a device that sends readings, and look at how well they recovered. */
export function readings(): void {
  const index = exec.scenario.iterationInTest;
  const person = `person-${index % PEOPLE}`;
  // Everyone has sent something before anyone asks.
  if (index < PEOPLE || index % 10 < WRITES_IN_TEN) {
    sendReading.post("/readings", { person, hrvRmssdMs: 30 + (index % 70), sleepHours: 5 + (index % 8) / 2 });
  } else {
    askRecovery.get(`/recovery/${person}`);
  }
}
