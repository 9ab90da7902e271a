import { describe, expect, test } from "vitest";

import { impossibleValue } from "./impossible-value.ts";
import type { MatchOperator } from "./selector.ts";

const whyOf = (operator: MatchOperator, value: string, seen: readonly string[]): string | null =>
  impossibleValue(
    { name: "code", operator, value },
    seen.map((code) => ({ labels: { __name__: "requests_total", code }, samples: [] })),
  );

describe("a matcher that fits no series", () => {
  test.each([
    ["=~", "5xx", ["200", "404"], "the values of code are statuses of HTTP"],
    ["=", "error", ["200", "204"], "statuses of HTTP"],
    ["=~", "5..", ["2xx", "4xx"], null],
    ["=", "500", ["2xx"], "classes of HTTP's statuses"],
    ["=", "5XX", ["2xx"], "classes of HTTP's statuses"],
    ["=", "Error", ["ok", "error"], 'there is code="error"'],
    ["=~", "ERR.*", ["ok", "err_timeout"], 'there is code="err_timeout"'],
    ["=~", "INTERNAL|UNKNOWN", ["OK", "NotFound"], "codes of gRPC"],
    ["=", "DEADLINE_EXCEEDED", ["OK", "NOT_FOUND"], null],
  ] as const)("code%s%j among %j: %s", (operator, value, seen, message) => {
    const why = whyOf(operator, value, seen);
    if (message === null) expect(why).toBeNull();
    else expect(why).toContain(message);
  });

  test.each([
    ["=~", "5..", ["200"]],
    ["=", "503", ["200", "500"]],
    ["=", "0", ["200"]],
    ["=", "13", ["0"]],
    ["=~", "\\D+", ["200a"]],
    ["=", "Internal", ["OK"]],
    ["=", "INTERNAL", ["OK"]],
    ["=", "timeout", ["ok", "refused"]],
    ["!=", "2xx", ["200"]],
    // JavaScript can't read it.
    ["=~", "(?i)5XX", ["200"]],
    ["=", "500", []],
  ] as const)("may mean that there was none yet: code%s%j among %j", (operator, value, seen) => {
    expect(whyOf(operator, value, seen)).toBeNull();
  });
});
