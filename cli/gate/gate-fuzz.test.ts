import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import type { Env } from "../../lib/env.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { gateVerdictFileSchema } from "../../lib/run/verdict-schema.ts";
import { main } from "../main.ts";
import { ANSWER_NAMES, fakePrometheus, SLO, trueAnswers, WINDOW } from "./testing/fake-prometheus.ts";
import type { Answer } from "./testing/fake-prometheus.ts";

/** Of each property; a longer hunt is `FUZZ_RUNS=5000 npx vitest run --project unit gate-fuzz --testTimeout 600000`. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 100);

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-fuzz-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function gate(slo: string, fetch: Env["fetch"], more: readonly string[] = ["--json"]) {
  writeFileSync(join(dir, "slo.yaml"), slo);
  let [stdout, stderr, nowMs] = ["", "", (WINDOW.to + 3600) * 1000];
  const words = `gate --slo slo.yaml --prometheus http://127.0.0.1:9 --from ${WINDOW.from} --to ${WINDOW.to}`;
  const exitCode = await main({
    ...createNodeEnv(),
    argv: [...words.split(" "), ...more],
    cwd: dir,
    vars: {},
    fetch,
    clock: {
      now: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
    },
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 80 },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: 80 },
  });
  return { exitCode, stdout, stderr };
}

/** Whatever it was asked, it says so in its own words: no stack trace, and a verdict that fits its schema, or none. */
function expectWords({ exitCode, stdout, stderr }: Awaited<ReturnType<typeof gate>>): void {
  expect(stderr).not.toMatch(/a bug in proofload|\n {4}at /);
  expect(exitCode).not.toBe(70);
  if (exitCode === 2) expect(stdout).toBe("");
  else expect(gateVerdictFileSchema.safeParse(JSON.parse(stdout)).error).toBeUndefined();
}

/** A text with some of its characters replaced, doubled, dropped or moved. */
const mutated = (text: string, words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat({ max: text.length - 1 }),
        length: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 40 })),
        by: fc.oneof(fc.constant(""), fc.constantFrom(...words), fc.string({ unit: "binary", maxLength: 5 })),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((changes) =>
      changes.reduce((changed, { at, length, by }) => changed.slice(0, at) + by + changed.slice(at + length), text),
    );

const YAML_WORDS = [
  "\n",
  "  ",
  ": ",
  "- ",
  "[]",
  "{}",
  "null",
  "0",
  "-1",
  "1e999",
  ".nan",
  ".inf",
  "99",
  "~",
  "&a",
  "*a",
  "<<: ",
  "!!js/function ",
  "---\n",
  "'",
  '"',
  "[",
  "}",
  "#",
  "\t",
  "\u0000",
  "good",
  "total",
  "raw",
  "vector(0)",
  "or",
  "rate(x[1m])",
  "__proto__",
  "constructor",
];
const SHIPPED = ["api-latency.yaml", "api-availability-under-fault.yaml"].map((file) =>
  readFileSync(join(import.meta.dirname, "../../gates/slo", file), "utf8"),
);

describe("an SLO file with anything in it", () => {
  const nothing = fakePrometheus(trueAnswers(0, 0));
  test.each([SLO, ...SHIPPED])("is refused or judged, and proves nothing of a service without data", async (text) => {
    await fc.assert(
      fc.asyncProperty(mutated(text, YAML_WORDS), async (slo) => {
        const answer = await gate(slo, nothing);
        expectWords(answer);
        expect([2, 3]).toContain(answer.exitCode);
      }),
      { numRuns: RUNS },
    );
  });

  test("or of any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (slo) => {
        const answer = await gate(slo, nothing);
        expectWords(answer);
        expect(answer.exitCode).toBe(2);
      }),
      { numRuns: RUNS },
    );
  });
});

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const NASTY: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  5e15,
  "",
  "NaN",
  "+Inf",
  "-Inf",
  "0",
  "1e9",
  "-5",
  "abc",
  [],
  {},
  [[]],
  [null],
  "success",
  "error",
  "matrix",
  "vector",
  "scalar",
  "string",
  { __proto__: null },
  [WINDOW.from, "0"],
  [WINDOW.to, "NaN"],
  [1, 2, 3],
];

/** Changes one part of a JSON value: which one, and how, is told by two numbers. */
function changeAt(value: Json, path: readonly number[], by: Json, how: number): Json {
  const [step, ...rest] = path;
  const inside = typeof value === "object" && value !== null;
  if (step === undefined || !inside) return how % 4 === 1 && typeof value === "string" ? `${value}0` : by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const old = (value as Readonly<Record<string, Json>>)[key] ?? null;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const at = Number(key);
    if (rest.length > 0 || how % 4 === 0) return items.with(at, changeAt(old, rest, by, how));
    // Dropped, doubled, or all from there on cut.
    if (how % 4 === 1) return items.toSpliced(at, 1);
    return how % 4 === 2 ? items.toSpliced(at, 0, old) : items.slice(0, at);
  }
  if (rest.length > 0 || how % 4 !== 1)
    return Object.fromEntries([...Object.entries(value), [key, changeAt(old, rest, by, how)]]);
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

const changedJson = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        path: fc.array(fc.nat({ max: 60 }), { minLength: 0, maxLength: 7 }),
        by: fc.constantFrom(...NASTY),
        how: fc.nat({ max: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((changes) =>
      JSON.stringify(
        changes.reduce((value, { path, by, how }) => changeAt(value, path, by, how), JSON.parse(text) as Json),
      ),
    );

const PAGES = [
  "",
  "<html>Sign in</html>",
  "null",
  "[]",
  "{}",
  '{"status":"success"}',
  '{"status":"error","errorType":"x","error":"y"}',
  "OK",
];

/** An answer with something wrong in it: its JSON, its text, its end, its status. */
const wrong = (answer: Answer): fc.Arbitrary<Answer> =>
  fc.oneof(
    { weight: 6, arbitrary: changedJson(answer.text).map((text) => ({ ...answer, text })) },
    {
      weight: 2,
      arbitrary: mutated(answer.text, ["NaN", "null", "{", "]", '"', ",", "0", "\u0000"]).map((text) => ({
        ...answer,
        text,
      })),
    },
    fc.nat({ max: answer.text.length - 1 }).map((end) => ({ ...answer, text: answer.text.slice(0, end) })),
    fc.record({
      status: fc.constantFrom(200, 204, 301, 302, 400, 401, 403, 404, 422, 429, 500, 502, 503),
      text: fc.constantFrom(...PAGES),
    }),
    fc.constantFrom(204, 304, 400, 401, 403, 404, 422, 429, 500, 502, 503).map((status) => ({ ...answer, status })),
  );

describe("a Prometheus that answers anything", () => {
  const bad = trueAnswers(40);
  const good = trueAnswers(0);

  test("as a check: what is true passes, and fails", async () => {
    expect((await gate(SLO, fakePrometheus(good))).exitCode).toBe(0);
    expect((await gate(SLO, fakePrometheus(bad))).exitCode).toBe(1);
  });

  test.each(ANSWER_NAMES)("never makes a bad service pass by a wrong answer to %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(wrong(bad[name]), async (answer) => {
        const judged = await gate(SLO, fakePrometheus({ ...bad, [name]: answer }));
        expectWords(judged);
        expect(judged.exitCode).not.toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  test("gets a verdict of a good service whatever is wrong, and never a crash", async () => {
    const any = fc.record(Object.fromEntries(ANSWER_NAMES.map((name) => [name, wrong(good[name])]))) as fc.Arbitrary<
      typeof good
    >;
    await fc.assert(
      fc.asyncProperty(any, fc.subarray([...ANSWER_NAMES], { minLength: 1 }), async (wrongs, names) => {
        const answers = { ...good, ...Object.fromEntries(names.map((name) => [name, wrongs[name]])) };
        const judged = await gate(SLO, fakePrometheus(answers));
        expectWords(judged);
        const explained = await gate(SLO, fakePrometheus(answers), ["--explain", "availability"]);
        expect(explained.exitCode).toBe(judged.exitCode);
        expect(explained.stdout).toMatch(
          /^(?:PASS|FAIL|INCONCLUSIVE|ERROR) {2}[^]*\navailability in window: availability\n1\. window /,
        );
      }),
      { numRuns: RUNS },
    );
  });
});
