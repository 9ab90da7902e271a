import { readings } from "./journeys/readings.ts";
import { shape } from "./kit/shape.ts";

/** A sudden crowd, such as after a push notification: is the service there during the jump, and is it itself again after? */
export const options = shape({
  rate: 800,
  warmup: "5s",
  worstLatency: "1s",
  stages: [
    { duration: "30s", level: 0.125, phase: "baseline" },
    { duration: "0s", level: 1, phase: "spike" },
    { duration: "20s", level: 1 },
    { duration: "0s", level: 0.125, phase: "recovery/spike" },
    { duration: "30s", level: 0.125 },
  ],
});

export default readings;
