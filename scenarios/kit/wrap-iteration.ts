import { Counter } from "k6/metrics";

import { endDeclarations } from "./declared.ts";
import { runningScenario } from "./iteration-index.ts";
import { tagPhase } from "./phase.ts";
import { addStartLag } from "./start-lag.ts";

/** What a scenario's default export may be; the argument is what setup() gave. */
type Journey = (data: unknown) => unknown;

const exceptions = new Counter("iteration_exceptions");
/** ms since the epoch; asking k6 costs, so each VU asks once. */
let startMs: number | null = null;
/** Whether anything still depends on the time; asking for it costs as much as all else that an iteration does here. */
let isTimed = true;

/** Wraps a journey: tags the phase, measures start-lag, and counts exceptions, which k6 itself only logs. */
export function wrapIteration(journey: unknown): Journey {
  if (typeof journey !== "function") throw new Error("expected a default export, the function of one iteration");
  const run = journey as Journey;
  return (data) => {
    if (startMs === null) {
      startMs = runningScenario().startTime;
      endDeclarations();
    }
    if (isTimed) readClock(Date.now() - startMs);
    let result: unknown;
    try {
      result = run(data);
    } catch (error) {
      exceptions.add(1);
      throw error;
    }
    // `instanceof` is slow in k6, and hardly any journey returns something.
    if (result !== undefined && result instanceof Promise) return settle(result);
    return undefined;
  };
}

function readClock(elapsedMs: number): void {
  const morePhases = tagPhase(elapsedMs);
  const moreLags = addStartLag(elapsedMs);
  isTimed = morePhases || moreLags;
}

/** Iterations of this VU whose promise is still open: k6 ends one as soon as nothing is left to wait for, and what would come after is never done. */
let open = 0;

async function settle(result: Promise<unknown>): Promise<void> {
  if (open > 0) {
    open = 0;
    exceptions.add(1);
    console.error("Error: an async iteration never came to its end: it awaits something that nobody resolves");
  }
  open += 1;
  try {
    await result;
  } catch (error) {
    exceptions.add(1);
    throw error;
  } finally {
    open -= 1;
  }
}
