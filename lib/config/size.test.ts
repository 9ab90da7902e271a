import { expect, test } from "vitest";

import { sizeSchema } from "./size.ts";

test.each([
  ["100MB", 100_000_000],
  ["1.5 GiB", 1.5 * 2 ** 30],
  ["4KiB", 4096],
])("%s is %d bytes", (text, bytes) => expect(sizeSchema.parse(text)).toBe(bytes));

test.each(["100", "MB", "-1MB", "0MB", "1mb", "1 TB", ""])("'%s' is no size", (text) =>
  expect(() => sizeSchema.parse(text)).toThrow(/expected a size/),
);
