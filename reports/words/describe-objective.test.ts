import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/run/record.ts";
import { CUT_SHORT, FAILING, INCONCLUSIVE, PASSING } from "../testing/fixtures.ts";
import { outcomeWords, promiseOf } from "./describe-objective.ts";

function describeAt(
  { plan, verdict }: RunRecord,
  index: number,
): { readonly promise: string; readonly outcome: string } {
  const objective = verdict.objectives[index];
  if (objective === undefined) throw new Error(`no objective ${index}`);
  return {
    promise: promiseOf(objective, plan).replaceAll("\u00a0", " "),
    outcome: outcomeWords(objective, plan).replaceAll("\u00a0", " "),
  };
}

describe("an objective in words", () => {
  it("says by how much it was missed, and of how many events", () => {
    expect(describeAt(FAILING, 3)).toEqual({
      promise: "99 % under 250 ms",
      outcome: "missed by 81.5 points; 4,950 of 6,000 events were slower",
    });
  });

  it("says what is to spare when it was met", () => {
    expect(describeAt(PASSING, 0)).toEqual({
      promise: "99.9 % good",
      outcome: "0.1 points to spare; 0 of 7,200 events failed",
    });
  });

  it("says how many events would decide", () => {
    expect(describeAt(INCONCLUSIVE, 4).outcome).toBe("about 4,742 events would decide; 6 of 1,800 events failed");
  });

  it("gives the reason where nothing was seen", () => {
    expect(describeAt(CUT_SHORT, 0).outcome).toBe("no series matched in the window");
  });
});
