import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/run/record.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { CUT_SHORT, FAILING, INCONCLUSIVE, PASSING } from "../testing/fixtures.ts";
import { coverageWords, notesOf, outcomeWords, promiseOf } from "./describe-objective.ts";

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

describe("what else is worth knowing of an objective", () => {
  const noted = (more: Partial<ObjectiveVerdict>): readonly string[] => {
    const objective = PASSING.verdict.objectives[0];
    if (objective === undefined) throw new Error("no objective");
    return notesOf({ ...objective, ...more }).map((note) => note.replaceAll("\u00a0", " "));
  };

  it("is its burn rate, where any budget was used up", () => {
    const worst = { from: 100, to: 103, rate: 16.1, events: 1800 };
    const burnRate = { whole: 4.8, worst, windowSeconds: 3, budgetShare: 0.0000185 };
    expect(noted({ burnRate })).toEqual(["burn rate 4.8, at worst 16.1 over 3 s; 0.0018 % of the budget"]);
    expect(noted({ burnRate: { ...burnRate, worst: null, budgetShare: null } })).toEqual(["burn rate 4.8"]);
    expect(noted({ burnRate: { ...burnRate, whole: 0, worst: null } })).toEqual([]);
  });

  it("is when a recovery was back, and that it need not be proven", () => {
    const recovery = { withinSeconds: 10, seenSeconds: 3.44, uncertaintySeconds: 1 };
    expect(noted({ recovery, mayBeInconclusive: true })).toEqual([
      "back after at most 3.4 s, 10 s allowed",
      "no key objective: it may be undecided",
    ]);
    expect(noted({ recovery: { ...recovery, seenSeconds: 0 } })).toEqual(["never missed, 10 s allowed"]);
  });
});

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

  it("tells failures from events that may be lost", () => {
    const [objective] = PASSING.verdict.objectives;
    if (objective === undefined) throw new Error("no objective");
    const events = { good: 900, total: 1000, lost: 80 };
    const words = outcomeWords({ ...objective, events }, PASSING.plan).replaceAll("\u00a0", " ");
    expect(words).toMatch(/; 20 of 920 events failed, and 80 more may be lost$/);
  });

  it("gives the reason where nothing was seen", () => {
    expect(describeAt(CUT_SHORT, 0).outcome).toBe("no series matched in the window");
  });
});

describe("how much of a window is covered", () => {
  const windowAsked = { from: 1000, to: 1060 };
  const said = (covered: readonly [number, number] | null, ...excluded: readonly (readonly [number, number])[]) =>
    coverageWords(
      { windowAsked, windowCovered: covered === null ? null : { from: covered[0], to: covered[1] } },
      excluded.map(([from, to]) => ({ from, to })),
    ).replaceAll("\u00a0", " ");

  it("is never more than all of it", () => {
    expect(said([999, 1061])).toBe("60 s of 60 s");
    expect(said([1000, 1045])).toBe("45 s of 60 s");
    expect(said(null)).toBe("0 s of 60 s");
  });

  it("leaves out what was left out", () => {
    expect(said([999, 1061], [1010, 1020])).toBe("50 s of 50 s");
    expect(said([1010, 1059], [990, 1010], [1050, 1055])).toBe("44 s of 45 s");
    expect(said(null, [1010, 1020])).toBe("0 s of 50 s");
  });
});
