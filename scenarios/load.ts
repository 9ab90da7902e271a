import { readings } from "./journeys/readings.ts";
import { shape } from "./kit/shape.ts";

/** The load of an ordinary day, for minutes: before a release, or to compare two versions. */
export const options = shape({
  rate: 300,
  warmup: "10s",
  worstLatency: "1s",
  stages: [{ duration: "5m", level: 1 }],
});

export default readings;
