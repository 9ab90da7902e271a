import { readings } from "../../../scenarios/journeys/readings.ts";
import { shape } from "../../../scenarios/kit/shape.ts";

// One VU can't start 300 iterations a second: k6 drops what it can't start, and ends with code 0.
export const options = shape({
  rate: 300,
  warmup: "1s",
  worstLatency: "1ms",
  stages: [{ duration: "7s", level: 1 }],
});

export default function slowJourney(): void {
  const end = Date.now() + 20;
  readings();
  while (Date.now() < end);
}
