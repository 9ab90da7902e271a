import { iteration } from "../../../scenarios/kit/iteration.ts";
import { steadyRate } from "../../../scenarios/kit/shape.ts";

export { handleSummary } from "../../../scenarios/kit/summary.ts";

export const options = steadyRate("throws", {
  rate: 20,
  durationSeconds: 6,
  warmupSeconds: 1,
  worstLatencySeconds: 1,
});

function brokenJourney(): void {
  throw new Error("the journey is broken");
}

export default iteration(brokenJourney);
