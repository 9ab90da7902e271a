import { expect, test } from "vitest";

import { findChecksum } from "./checksums.ts";

const A = "a".repeat(64);
const B = "B".repeat(64);

test("the digest of a file is found, in the text and the binary form of sha256sum", () => {
  const text = `${A}  one.tar.gz\r\n${B} *./two.tar.gz\n`;
  expect(findChecksum(text, "one.tar.gz")).toBe(A);
  expect(findChecksum(text, "two.tar.gz")).toBe("b".repeat(64));
});

test("a file that is not listed, or only as the end of another's name, has none", () => {
  expect(findChecksum(`${A}  big-one.tar.gz\n`, "one.tar.gz")).toBeUndefined();
  expect(findChecksum("<html>log in first</html>", "one.tar.gz")).toBeUndefined();
  expect(findChecksum(`${A.slice(1)}  one.tar.gz\n`, "one.tar.gz")).toBeUndefined();
});
