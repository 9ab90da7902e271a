import { expect, test } from "vitest";

import { REASONS } from "../../lib/run/reasons.ts";
import type { ReasonCode } from "../../lib/run/reasons.ts";
import type { GateVerdict, VerdictWord } from "../../lib/run/verdict.ts";
import { PASSING } from "../../reports/testing/fixtures.ts";
import { gateText } from "./gate-text.ts";

const env = { cwd: "/", stdout: { write: () => undefined, isTTY: false, columns: 80 } };
const [some] = PASSING.verdict.objectives;

function linesOf(...judged: readonly (readonly [VerdictWord, ReasonCode])[]): readonly string[] {
  const objectives = judged.flatMap(([verdict, code]) =>
    some === undefined ? [] : [{ ...some, verdict, reason: { code, message: "so it is" } }],
  );
  const verdict: Pick<GateVerdict, "verdict" | "summary" | "objectives" | "window"> = {
    window: { from: 0, to: 60 },
    verdict: "inconclusive",
    summary: "undecided",
    objectives,
  };
  const text = gateText(env, verdict, { files: ["/out/report.html"] });
  return text
    .trimEnd()
    .split("\n")
    .filter((line) => /^ {2}(?:→|out)/.test(line));
}

test("a gate says below its table what mends what is open, each cure once, and nothing of what is decided", () => {
  const lines = linesOf(
    ["inconclusive", "counter-reset"],
    ["fail", "interval-outside"],
    ["error", "prometheus-unreachable"],
    ["inconclusive", "counter-reset"],
    ["pass", "interval-inside"],
  );
  expect(lines).toEqual([
    `  → counter-reset: ${REASONS["counter-reset"].cure}`,
    `  → prometheus-unreachable: ${REASONS["prometheus-unreachable"].cure}`,
    "  out/report.html",
  ]);
  expect(linesOf(["pass", "interval-inside"])).toEqual(["  out/report.html"]);
});
