import { describe, expect, test } from "vitest";

import type { ReasonCode } from "../lib/run/reasons.ts";
import { whyNotAgain } from "./worth-repeating.ts";

const because = (...codes: readonly ReasonCode[]) => codes.map((code) => ({ code, message: `of ${code}` }));

describe("a run is played again", () => {
  test.each<readonly ReasonCode[]>([
    ["interval-straddles"],
    ["load-not-delivered", "machine-busy"],
    ["fault-not-proven"],
    ["prometheus-gap"],
  ])("when it is inconclusive because of %s", (...codes) => {
    expect(whyNotAgain({ verdict: "inconclusive", exitCode: 3, reasons: because(...codes) })).toBeNull();
  });

  test("but not for what another try can't change", () => {
    const reasons = because("interval-straddles", "no-data");
    expect(whyNotAgain({ verdict: "inconclusive", exitCode: 3, reasons })).toContain("of no-data");
  });

  test("and neither a fail, nor an error, nor a run that somebody ended", () => {
    expect(whyNotAgain({ verdict: "fail", exitCode: 1, reasons: [] })).toContain("fail");
    expect(whyNotAgain({ verdict: "error", exitCode: 4, reasons: [] })).toContain("error");
    expect(whyNotAgain({ verdict: "inconclusive", exitCode: 130, reasons: because("run-cut-short") })).toContain(
      "outside",
    );
  });
});
