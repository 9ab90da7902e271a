import { expect, test } from "vitest";

import { createNodeEnv } from "../../lib/node-env.ts";
import { explain } from "./explain.ts";

test.each([
  ["/proc/x/proofload", /XDG_STATE_HOME/],
  // The first folder that is missing is what could not be made.
  ["/proc/x", /XDG_STATE_HOME/],
  ["/proc/runs", /--out says/],
])("a folder that can't be made (%s) is told with what says where it is, and is exit code 4", (path, hint) => {
  let told = "";
  const env = {
    ...createNodeEnv(),
    vars: { XDG_STATE_HOME: "/proc/x" },
    stderr: { write: (text: string) => void (told += text), isTTY: false, columns: 80 },
  };
  const error = Object.assign(new Error(`ENOENT: no such file or directory, mkdir '${path}'`), {
    code: "ENOENT",
    path,
  });
  expect(explain(env, error)).toBe(4);
  expect(told).toMatch(hint);
});
