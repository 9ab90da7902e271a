import { readings } from "./journeys/readings.ts";
import { iteration } from "./kit/iteration.ts";
import { constantRate } from "./kit/shape.ts";

export { handleSummary } from "./kit/summary.ts";

/** Short and steady, for every pull request: long enough to prove 99.9 % in its baseline. */
export const options = constantRate("ci", { rate: 600, durationSeconds: 40, warmupSeconds: 5, worstLatencySeconds: 1 });

export default iteration(readings);
