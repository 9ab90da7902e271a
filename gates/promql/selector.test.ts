import { describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import { addMatchers, readSelector } from "./selector.ts";
import type { Selector } from "./selector.ts";

function selectorOf(query: string): Selector {
  const reading = readSelector(query);
  if (reading.kind === "refused") throw new Error(reading.message);
  return reading.selector;
}

describe("readSelector", () => {
  test("takes a plain selector apart", () => {
    expect(selectorOf(`http_requests_total{job="api", status=~'5..'}`)).toMatchObject({
      metric: "http_requests_total",
      matchers: [
        { name: "job", operator: "=", value: "api" },
        { name: "status", operator: "=~", value: "5.." },
      ],
    });
    expect(selectorOf(`{__name__="a",b!~\`c\\d\`}`)).toMatchObject({
      metric: "a",
      matchers: [{ name: "b", operator: "!~", value: "c\\d" }],
    });
    expect(selectorOf(`{"with.dots"}`).metric).toBe("with.dots");
    expect(selectorOf(`a{b='it\\'s "x"'}`).matchers[0]?.value).toBe(`it's "x"`);
  });

  test.each([
    ["rate(a[5m])", "a function call"],
    ["sum(a)", "an aggregation"],
    ["a[5m]", "a range"],
    ["a offset 5m", "an offset"],
    ["a @ 1", "a fixed time"],
    ["a or vector(0)", "a calculation"],
    ["(a)", "parentheses"],
    ["1", "a number"],
    ["", "no PromQL"],
    ["a{b=", "no PromQL"],
    ["a b", "no PromQL"],
    ["a # b", "without a comment"],
    [`a{b="c" # d\n}`, "without a comment"],
    [`{job="api"}`, "one metric name"],
    [`{__name__=~"a.*"}`, "one metric name"],
    [`a{__name__="b"}`, "one metric name"],
  ])("refuses %s and says why", (query, why) => {
    expect(readSelector(query)).toEqual({ kind: "refused", message: expect.stringContaining(why) as string });
  });
});

describe("addMatchers", () => {
  test.each([
    ["a", `a{k="v"}`],
    ["a{}", `a{k="v"}`],
    [`a{b="c"}`, `a{b="c",k="v"}`],
    [`a{b="c",}`, `a{b="c",k="v",}`],
    [`a{b="}"}`, `a{b="}",k="v"}`],
    [`a{b="#"}`, `a{b="#",k="v"}`],
    [`a{k="v"}`, `a{k="v"}`],
    [`a{k="w"}`, `a{k="w",k="v"}`],
    [`{"with.dots"}`, `{"with.dots",k="v"}`],
  ])("writes into the syntax tree: %s", (query, expected) => {
    expect(addMatchers(query, { k: "v" })).toBe(expected);
  });

  test("escapes any value so that it reads back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(selectorOf(addMatchers(`a{b="c"}`, { k: value })).matchers.at(-1)).toEqual({
          name: "k",
          operator: "=",
          value,
        });
      }),
    );
  });

  test("refuses what is no label name", () => {
    expect(() => addMatchers("a", { 'x"} or b{y': "z" })).toThrow("is no label name");
  });
});
