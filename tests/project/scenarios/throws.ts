import { endpoint } from "../../../scenarios/kit/client.ts";
import { shape } from "../../../scenarios/kit/shape.ts";

export const options = shape({
  rate: 20,
  warmup: "1s",
  worstLatency: "1s",
  stages: [{ duration: "5s", level: 1 }],
});

const askHealth = endpoint("GET /health");

export default function brokenJourney(): void {
  askHealth.get("/health");
  throw new Error("the journey is broken");
}
