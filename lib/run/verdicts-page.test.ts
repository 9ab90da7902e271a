import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { REASONS } from "./reasons.ts";
import { verdictsPage } from "./verdicts-page.ts";

const PAGE = join(import.meta.dirname, "../../docs/verdicts.md");

test("docs/verdicts.md is what the table of reasons says (vitest -u writes it)", async () => {
  await expect(verdictsPage()).toMatchFileSnapshot(PAGE);
});

test("every reason has a section with its verdict, an example and a cure, and no other has", () => {
  const text = readFileSync(PAGE, "utf8");
  const sections = [...text.matchAll(/^### ([a-z0-9-]+)\n\n\*\*(.+?)\.\*\* .+\n\n```text\n(.+)\n```\n\n(.+)$/gm)];
  expect(sections.map(([, code]) => code)).toEqual(Object.keys(REASONS));
  for (const [, code = "", leadsTo, example, cure] of sections) {
    expect(REASONS[code as keyof typeof REASONS]).toMatchObject({ leadsTo, example, cure });
  }
});
