import { expect, test } from "vitest";

import { yamlFaults } from "./check-yaml.ts";

test.each([
  ["a key that stands twice", "a: 1\nb: 2\na: 3\n", "Map keys must be unique at line 3, column 1"],
  ["a tab", "a:\n\tb: 1\n", "Tabs are not allowed as indentation at line 2"],
  ["a bad indentation", "a:\n    b: 1\n  c: 2\n", "line 3"],
  ["an alias without its anchor", "a: *nowhere\n", "nowhere"],
  ["a tag that nobody knows", "a: !secret x\n", "Unresolved tag"],
  ["an open quote", 'a: "x\n', "Missing closing"],
  ["the second document", "a: 1\n---\nb: [1\n", "line 4"],
  ["an empty file", "", "is empty"],
])("%s is a fault", (_, text, said) => {
  const faults = yamlFaults("x.yaml", text);
  expect(faults.join("\n")).toContain(said);
  expect(faults[0]).toMatch(/^x\.yaml: /u);
});

test("sound YAML has no faults", () => {
  expect(yamlFaults("x.yaml", "a: 1\n---\nb: &x [1, 2]\nc: *x\n")).toEqual([]);
});
