import { expect, test } from "vitest";

import { evidenceText, parseEvidence } from "./evidence-file.ts";

test("what was collected is read again as it was, whatever the samples' values", () => {
  const evidence = {
    counters: [
      { query: "x", samples: [10, 11, 12, 13].map((at, index) => [at, [1.5, NaN, Infinity, -Infinity][index]]) },
    ],
    labels: { 1: "NaN", code: "+Inf" },
    queries: ["a", "NaN"],
  };
  expect(parseEvidence(evidenceText(evidence))).toEqual(evidence);
  expect(evidenceText(evidence)).toContain('[[10,1.5],[11,"NaN"],[12,"+Inf"],[13,"-Inf"]]');
});
