import { readings } from "./journeys/readings.ts";
import { iteration } from "./kit/iteration.ts";
import { steadyRate } from "./kit/shape.ts";

export { handleSummary } from "./kit/summary.ts";

/** Short and steady, for every pull request: long enough to prove 99.9 % in its baseline. */
export const options = steadyRate("ci", { rate: 600, durationSeconds: 40, warmupSeconds: 5, worstLatencySeconds: 1 });

export default iteration(readings);
