import { readings } from "../../../scenarios/journeys/readings.ts";
import { iteration } from "../../../scenarios/kit/iteration.ts";
import { steadyRate } from "../../../scenarios/kit/shape.ts";

export { handleSummary } from "../../../scenarios/kit/summary.ts";

export const options = steadyRate("brief", {
  rate: 100,
  durationSeconds: 18,
  warmupSeconds: 3,
  worstLatencySeconds: 1,
});

export default iteration(readings);
