import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createNodeEnv } from "./node-env.ts";
import { identifyProcess } from "./process/identity.ts";

const env = createNodeEnv();
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-env-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a sleep of a month is not over at once", async () => {
  const month = env.clock.sleep(31 * 86_400_000, AbortSignal.timeout(100));
  await expect(month).rejects.toMatchObject({ name: "TimeoutError" });
});

describe("a short program", () => {
  test("gives its code and what it wrote, and sees no more than it is given", async () => {
    const script = "console.log(process.env.A, process.env.HOME); console.error('e'); process.exit(3)";
    const result = await env.run({ argv: [process.execPath, "-e", script], only: { A: "1" }, timeoutMs: 10_000 });
    expect(result).toEqual({ code: 3, stdout: "1 undefined", stderr: "e" });
  });

  test("that does not end is ended with all that it started, although those hold its output open", async () => {
    const pidFile = join(dir, "pid");
    const argv = ["/bin/sh", "-c", `sleep 1000 & echo $! > ${pidFile}; wait`] as const;
    await expect(env.run({ argv, timeoutMs: 1000 })).rejects.toMatchObject({ code: "command-too-slow", exitCode: 4 });
    const child = Number(readFileSync(pidFile, "utf8"));
    for (let tries = 0; tries < 1000 && (await identifyProcess(env, child)) !== null; tries += 1)
      await env.clock.sleep(10);
    expect(await identifyProcess(env, child)).toBeNull();
  });

  test("is ended by its signal, with that signal's reason", async () => {
    const controller = new AbortController();
    const running = env.run({ argv: ["/bin/sh", "-c", "sleep 1000"], timeoutMs: 60_000, signal: controller.signal });
    const checked = expect(running).rejects.toThrow("Ctrl-C");
    await env.clock.sleep(50);
    controller.abort(new Error("Ctrl-C"));
    await checked;
  });

  test("that is not there is an error of its own", async () => {
    await expect(env.run({ argv: ["/nowhere/at/all"], timeoutMs: 1000 })).rejects.toMatchObject({ code: "ENOENT" });
  });
});
