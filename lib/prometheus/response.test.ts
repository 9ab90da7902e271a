import { describe, expect, test } from "vitest";

import type { HttpReply } from "../http.ts";
import { parseQueryReply } from "./response.ts";

const reply = (body: unknown, status = 200): HttpReply => ({
  status,
  contentType: "application/json",
  text: typeof body === "string" ? body : JSON.stringify(body),
  dateMs: null,
});
const vector = (value: string, more: object = {}): HttpReply =>
  reply({
    status: "success",
    data: { resultType: "vector", result: [{ metric: { a: "b" }, value: [1, value] }] },
    ...more,
  });

describe("an answer of Prometheus", () => {
  test("gives samples with NaN and infinities as they were written", () => {
    for (const [text, value] of [
      ["1.5", 1.5],
      ["NaN", Number.NaN],
      ["+Inf", Infinity],
      ["-Inf", -Infinity],
    ] as const) {
      expect(parseQueryReply(vector(text))).toMatchObject({
        kind: "ok",
        series: [{ labels: { a: "b" }, samples: [[1, value]] }],
      });
    }
  });

  test("is never a zero where a value is empty or garbled", () => {
    for (const text of ["", " ", "abc"]) {
      expect(parseQueryReply(vector(text))).toMatchObject({ series: [{ samples: [[1, Number.NaN]] }] });
    }
  });

  test("keeps warnings and infos", () => {
    expect(parseQueryReply(vector("1", { warnings: ["partial"], infos: ["not a counter"] }))).toMatchObject({
      warnings: ["partial"],
      infos: ["not a counter"],
    });
  });

  test.each([
    ["a login page", reply("<html>Sign in</html>"), /not JSON: <html>/],
    ["an error inside a 200", reply({ status: "error", errorType: "execution", error: "boom" }), /execution: boom/],
    ["an error with data", reply({ status: "error", errorType: "x", error: "y", data: {} }, 422), /x: y/],
    ["a string result", reply({ status: "success", data: { resultType: "string", result: [1, "x"] } }), /unexpected/],
    ["a body that was cut off", reply('{"status":"success","data":{"resu'), /not JSON/],
    ["success without data", reply({ status: "success" }), /unexpected/],
    ["success with a 503", reply({ status: "success", data: { resultType: "vector", result: [] } }, 503), /status 503/],
  ])("that is %s is a bad response", (_, given, message) => {
    const outcome = parseQueryReply(given);
    expect(outcome.kind).toBe("bad-response");
    expect(outcome.kind === "bad-response" && outcome.message).toMatch(message);
  });
});
