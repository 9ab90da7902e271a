import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { readGithubContext } from "./context.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-event-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function read(payload: string) {
  const file = join(dir, "event.json");
  writeFileSync(file, payload);
  const names = "API_URL SERVER_URL RUN_ID RUN_NUMBER RUN_ATTEMPT WORKFLOW JOB WORKSPACE STEP_SUMMARY OUTPUT";
  const vars = Object.fromEntries(names.split(" ").map((name) => [`GITHUB_${name}`, "1"]));
  return readGithubContext({ vars: { ...vars, GITHUB_REPOSITORY: "o/r", GITHUB_EVENT_PATH: file } });
}

test.each([
  ["{", /event\.json can't be used: /],
  ["[]", /can't be used: expected a mapping, found a list$/],
  ['{"pull_request":{"number":"7"}}', /can't be used: pull_request\.number: expected a number, found a string$/],
])("an event of odd shape (%s) is told in words, not as JSON", (payload, message) => {
  expect(() => read(payload)).toThrow(message);
  expect(() => read(payload)).not.toThrow(/"code"/);
});

test("an event that is of no pull request has none", () => {
  expect(read('{"schedule":"0 3 * * *"}').pullRequest).toBeNull();
});
