import { readings } from "./journeys/readings.ts";
import { shape } from "./kit/shape.ts";

/** Does it work at all, before anything heavier: a low rate for some seconds, just enough requests to prove 99 %. */
export const options = shape({
  rate: 30,
  warmup: "3s",
  worstLatency: "2s",
  stages: [{ duration: "17s", level: 1 }],
});

export default readings;
