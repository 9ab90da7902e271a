import { readings } from "../../../scenarios/journeys/readings.ts";
import { iteration } from "../../../scenarios/kit/iteration.ts";
import { steadyRate } from "../../../scenarios/kit/shape.ts";

export { handleSummary } from "../../../scenarios/kit/summary.ts";

const planned = steadyRate("starved", { rate: 300, durationSeconds: 8, warmupSeconds: 1, worstLatencySeconds: 1 });

// One VU can't start 300 iterations a second: k6 drops what it can't start, and ends with code 0.
export const options = {
  ...planned,
  scenarios: { starved: { ...planned.scenarios?.["starved"], preAllocatedVUs: 1 } },
};

const journey = iteration(readings);
export default function slowJourney(): void {
  const end = Date.now() + 20;
  journey();
  while (Date.now() < end);
}
