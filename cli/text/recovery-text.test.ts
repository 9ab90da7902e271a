import { expect, test } from "vitest";

import { faultProblems } from "./recovery-text.ts";

test("a journal with a damaged line is a problem, though all that could be read was undone", () => {
  const clean = { kind: "recovered", runId: "r", undone: [], service: [], processesLeft: [] } as const;
  expect(faultProblems({ ...clean, unread: null })).toEqual([]);
  expect(faultProblems({ ...clean, unread: "what 1 damaged line told of" })).toEqual(["what 1 damaged line told of"]);
});
