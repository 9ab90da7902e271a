import { expect, test } from "vitest";

import { checkTarget } from "./target-check.ts";

test("a scenario that reads the service's URL, or names its host, sends its load there", () => {
  checkTarget("s.ts", "http.get(__ENV.PROOFLOAD_TARGET_URL)", "http://127.0.0.1:1");
  checkTarget("s.ts", 'http.get("http://shop:8080/a")', "http://shop:8080/api");
});

test("one that does neither is refused with the cure", () => {
  expect(() => checkTarget("s.ts", 'http.get("http://other/")', "http://shop:8080")).toThrow(
    expect.objectContaining({ exitCode: 2, hint: expect.stringContaining("PROOFLOAD_TARGET_URL") as string }),
  );
});
