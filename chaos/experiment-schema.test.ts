import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { experimentJsonSchema } from "./experiment-schema.ts";
import { FAULTS } from "./faults/index.ts";

const ROOT = join(import.meta.dirname, "..");

test("schemas/experiment.schema.json is what the code describes (vitest -u writes it)", async () => {
  const text = `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(join(ROOT, "schemas", "experiment.schema.json"));
});

test("docs/faults.md has a section for each fault, and for no other", () => {
  const page = readFileSync(join(ROOT, "docs", "faults.md"), "utf8");
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading ?? "");
  expect(headings.toSorted()).toEqual(FAULTS.map(({ kind }) => kind).toSorted());
});
