import { expect, test } from "vitest";

import { fitSections } from "./fit-sections.ts";
import type { Section } from "./fit-sections.ts";
import { byteLength, markdownList } from "./markdown-table.ts";

const text = (name: string, rank: number, size: number): Section => ({
  name,
  rank,
  render: () => name.padEnd(size, "."),
});
const list = (name: string, rank: number, count: number): Section => ({
  name,
  rank,
  render: (rowBytes) =>
    `### ${name}\n\n${markdownList(
      Array.from({ length: count }, () => name.repeat(20)),
      rowBytes,
    )}`,
});

test("sections keep their order, and all are there while there is room", () => {
  const summary = fitSections([text("a", 3, 9), text("b", 1, 9), text("none", 2, 0), list("c", 2, 3)], "x.json", 9000);
  expect(summary).toMatch(/^a\.+\n\nb\.+\n\nnone\n\n### c\n\n(?:- c{20}\n?){3}\n$/);
});

test("what matters least goes first, and is named", () => {
  const sections = [text("traces", 9, 3000), text("heading", 1, 3000), text("thresholds", 8, 3000)];
  const summary = fitSections(sections, "x.json", 9000);
  expect(summary).toContain("heading....");
  expect(summary).toContain("thresholds....");
  expect(summary).not.toContain("traces....");
  expect(summary.endsWith("_Left out here for want of room: traces; x.json has them._\n")).toBe(true);
});

test("rows are cut before the section that has them", () => {
  const summary = fitSections([list("a", 2, 10_000), text("last", 3, 5000)], "x.json", 20_000);
  expect(byteLength(summary)).toBeLessThanOrEqual(20_000);
  expect(summary).toMatch(/_9\d{3} more rows were left out here; report\.html has them all\._/);
  expect(summary).toContain("_Left out here for want of room: last; x.json has them._");
});
