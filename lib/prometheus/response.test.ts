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

  test("that says it is partial has a warning", () => {
    expect(parseQueryReply(vector("1", { isPartial: true }))).toMatchObject({
      warnings: ["the answer is partial (isPartial)"],
    });
    expect(parseQueryReply(vector("1", { isPartial: false }))).toMatchObject({ warnings: [] });
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

  test.each([
    ["a 401", reply("who?", 401), "denied", /missing or wrong/],
    ["a 403 with JSON", reply({ status: "error", errorType: "x", error: "y" }, 403), "denied", /don't allow/],
    ["a proxy's 503", reply("starting", 503), "unreachable", /status 503/],
    [
      "a redirect",
      { ...reply("", 302), location: "http://login.example/?token=x" },
      "bad-response",
      /^status 302, a redirect to login.example, which is not followed$/,
    ],
    ["a redirect to nowhere", reply("", 307), "bad-response", /^status 307, a redirect, which/],
  ])("that is %s has a name of its own", (_, given, kind, message) => {
    const outcome = parseQueryReply(given);
    expect(outcome.kind).toBe(kind);
    expect(outcome.kind !== "ok" && outcome.message).toMatch(message);
  });

  test("must be of the type that was expected", () => {
    expect(parseQueryReply(vector("1"), "vector").kind).toBe("ok");
    expect(parseQueryReply(vector("1"), "matrix")).toMatchObject({ kind: "bad-response" });
  });
});
