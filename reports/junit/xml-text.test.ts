import { describe, expect, it } from "vitest";
import { fc } from "../../lib/testing/properties.ts";
import { xmlAttribute, xmlText } from "./xml-text.ts";

describe("xmlText", () => {
  it("leaves out what no XML document may hold, and nothing else", () => {
    expect(xmlText("a\u0000b\u001bc\ud800d\ufffee\tf\n🚀")).toBe("abcde\tf\n🚀");
  });

  it("holds legal characters only, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(xmlText(text)).toMatch(/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u);
      }),
    );
  });

  it("puts an attribute on one line", () => {
    expect(xmlAttribute(" a\n\tb & c ")).toBe("a b &amp; c");
  });
});
