import { expect, it } from "vitest";
import { PASSING } from "../testing/fixtures.ts";
import { reproduceCommands } from "./reproduce.ts";

const { plan } = PASSING;
const withOverrides = (overrides: typeof plan.load.overrides) => ({ ...plan, load: { ...plan.load, overrides } });

it("runs the same scenario, experiment, gate and environment again", () => {
  expect(reproduceCommands(plan).run).toBe("proofload run ci --experiment slow-then-dead --gate pr --env ci");
});

it("asks for the same changes of the load again", () => {
  const all = withOverrides({ rate: 12.5, durationSeconds: 90, scale: 2 });
  expect(reproduceCommands(all).run).toMatch(/ --rate 12\.5 --duration 90s --scale 2$/);
  const one = withOverrides({ rate: null, durationSeconds: null, scale: 0.5 });
  expect(reproduceCommands(one).run).toMatch(/ --env ci --scale 0\.5$/);
});
