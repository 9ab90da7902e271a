import { readings } from "./journeys/readings.ts";
import { shape } from "./kit/shape.ts";
import { staircase } from "./kit/staircase.ts";

/** How much is too much: steps from 20 % to 200 % of an ordinary day, each judged by itself, to find the first that breaks. */
export const options = shape({
  rate: 500,
  warmup: "5s",
  worstLatency: "1s",
  stages: staircase({ from: 0.2, to: 2, steps: 10, hold: "18s", climb: "2s" }),
});

export default readings;
