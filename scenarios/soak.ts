import { readings } from "./journeys/readings.ts";
import { shape } from "./kit/shape.ts";

/** What only time shows, such as leaks and full disks: the load of an ordinary day for hours, over night. */
export const options = shape({
  rate: 200,
  warmup: "30s",
  worstLatency: "1s",
  stages: [{ duration: "4h", level: 1 }],
  constantMemory: true,
});

export default readings;
