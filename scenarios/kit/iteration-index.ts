import exec from "k6/execution";

type Scenario = typeof exec.scenario;

// Making that object costs as much as a sixth of a request; reading from it costs nothing.
let current: Scenario | null = null;

/** What k6 knows of the running scenario; each VU asks for it once. Only inside of an iteration. */
export function runningScenario(): Scenario {
  current ??= exec.scenario;
  return current;
}

/** The iteration's number in the whole load, 0 is the first: no two iterations have the same. Only inside of an iteration. */
export function iterationIndex(): number {
  return runningScenario().iterationInTest;
}
