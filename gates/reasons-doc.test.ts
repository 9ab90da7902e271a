import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { REASONS } from "../lib/run/reasons.ts";

test("docs/reasons.md lists every reason with its cure, and no other", () => {
  const text = readFileSync(join(import.meta.dirname, "../docs/reasons.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([^`]+)` \| [^|]+ \| (.+) \|$/gm)].map(([, code, cure]) => [code, cure]);
  expect(Object.fromEntries(rows)).toEqual(REASONS);
  expect(rows).toHaveLength(Object.keys(REASONS).length);
});
