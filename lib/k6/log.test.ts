import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { linesOf } from "./lines.ts";
import { readK6Log, readK6LogLines } from "./log.ts";

const dir = mkdtempSync(join(tmpdir(), "proofload-log-"));
afterAll(() => rmSync(dir, { recursive: true }));

const line = (entry: object): string => JSON.stringify(entry);
const FIXTURES = join(import.meta.dirname, "testing", "fixtures");

describe("k6's log", () => {
  test.each(["1.8.1", "2.2.0"])(
    "of version %s tells of exceptions, failed requests and lost pushes",
    async (version) => {
      const { scriptError, failures, outputErrors } = await readK6Log(join(FIXTURES, version, "log.ndjson"));
      expect(scriptError).toMatch(
        /^TypeError: the journey's own mistake \(at .*file:\/\/\/repo\/scenarios\/recorded\.ts:25:/,
      );
      expect(failures.length).toBeGreaterThan(0);
      expect(failures[0]).toEqual({ name: "GET /bad", status: 500, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(outputErrors.count).toBeGreaterThan(0);
      expect(outputErrors.first).toMatch(/^Prometheus remote write: Failed to send .*connection refused/);
    },
  );

  test("gives the first exception and passes over failed requests and what is no JSON", async () => {
    const { scriptError } = await readK6LogLines([
      line({ error: "dial tcp: refused", level: "warning", msg: "Request Failed" }),
      "not json at all",
      line({ level: "error", msg: "TypeError: x is not\na function\n\tat ci.ts:5:3", source: "stacktrace" }),
      line({ level: "error", msg: "ReferenceError: later", source: "stacktrace" }),
    ]);
    expect(scriptError).toBe("TypeError: x is not a function (at ci.ts:5:3)");
  });

  test("takes no exception for the script's that it caught and wrote itself", async () => {
    const caught = line({ level: "error", msg: "TypeError: caught", source: "console" });
    expect((await readK6LogLines([caught])).scriptError).toBeNull();
    const thrown = line({ level: "error", msg: "Error: thrown\n\tat setup (ci.ts:5:3)" });
    expect((await readK6LogLines([caught, thrown])).scriptError).toBe("Error: thrown (at setup (ci.ts:5:3))");
  });

  test("of a healthy run has nothing to tell", async () => {
    expect(await readK6LogLines([line({ level: "info", msg: "Error rates are fine" }), ""])).toEqual({
      scriptError: null,
      failures: [],
      outputErrors: { count: 0, first: null },
    });
  });

  test("counts what OpenTelemetry could not deliver, which k6 logs as information", async () => {
    const { outputErrors } = await readK6LogLines([
      line({ level: "info", msg: "2026/11/21 14:13:07 failed to upload metrics: connection refused" }),
      line({
        level: "error",
        msg: "can't shutdown OpenTelemetry metric provider",
        error: "failed to upload metrics: timeout",
      }),
    ]);
    expect(outputErrors).toEqual({ count: 2, first: "failed to upload metrics: connection refused" });
  });

  test("keeps the first twenty failures, and none that the kit did not write", async () => {
    const said = (msg: string) => line({ level: "warning", source: "console", msg });
    const failure = (status: number) =>
      said(line({ proofload: "failed-request", name: "GET /", status, traceId: "ab" }));
    const { failures } = await readK6LogLines([
      said("{}"),
      said('{"proofload":"failed-request"}'),
      said("{no json"),
      ...Array.from({ length: 50 }, (_, index) => failure(500 + index)),
    ]);
    expect(failures.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, (_, index) => 500 + index));
  });

  test("that is not there has nothing to tell", async () => {
    expect((await readK6Log(join(dir, "none.log"))).scriptError).toBeNull();
  });

  test("is read over the ends of chunks, and a line that is too long is cut", async () => {
    const file = join(dir, "long.log");
    const error = line({ level: "error", msg: "RangeError: ünïcode", source: "stacktrace" });
    writeFileSync(file, `${"x".repeat(1_000_000)}\n${error}`);
    expect((await readK6Log(file)).scriptError).toBe("RangeError: ünïcode");
    const bytes = new TextEncoder().encode("aé\nbcdefgh\n\nlast");
    const lines: string[] = [];
    for await (const one of linesOf(byBytes(bytes), 4)) lines.push(one);
    expect(lines).toEqual(["aé", "bcde", "", "last"]);
  });
});

async function* byBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) yield Uint8Array.of(byte);
}
