import { expect, test } from "vitest";

import { startTimeoutSeconds } from "./run-load.ts";

test("a load may take as long to begin as its setup() may, beside k6's own start", () => {
  expect(startTimeoutSeconds({ setupTimeoutSeconds: 0 })).toBe(60);
  expect(startTimeoutSeconds({ setupTimeoutSeconds: 300 })).toBe(360);
});
