import { readings } from "./journeys/readings.ts";
import { shape } from "./kit/shape.ts";

/** Short and steady, for every pull request: long enough to prove 99.9 % in its baseline, even beside two faults. */
export const options = shape({
  rate: 600,
  warmup: "5s",
  worstLatency: "1s",
  stages: [{ duration: "35s", level: 1 }],
});

export default readings;
