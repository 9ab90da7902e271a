import { readings } from "../../../scenarios/journeys/readings.ts";
import { shape } from "../../../scenarios/kit/shape.ts";

export const options = shape({
  rate: 100,
  warmup: "3s",
  worstLatency: "1s",
  stages: [{ duration: "15s", level: 1 }],
});

export default readings;
