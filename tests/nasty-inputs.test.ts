import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { ANSWER_CASES } from "./nasty/answers.ts";
import type { Case, Outcome } from "./nasty/case.ts";
import { EXPRESSION_CASES, HEALTHY_EXPRESSIONS } from "./nasty/expressions.ts";
import { HEALTHY_CASES } from "./nasty/healthy.ts";
import { NASTY_INPUTS } from "./nasty/inputs.ts";
import { QUESTION_CASES } from "./nasty/questions.ts";
import { BAD_RUNS, RUN_CASES } from "./nasty/runs.ts";
import { WINDOW_CASES } from "./nasty/windows.ts";
import { labelOf, startWorld } from "./nasty/world.ts";
import type { World } from "./nasty/world.ts";

const NASTY_CASES = [...WINDOW_CASES, ...EXPRESSION_CASES, ...ANSWER_CASES, ...RUN_CASES, ...QUESTION_CASES];
const HEALTHY = [...HEALTHY_CASES, ...HEALTHY_EXPRESSIONS];
const CASES = [...NASTY_CASES, ...HEALTHY, ...BAD_RUNS];
const outcomes = new Map<Case, Outcome>();
let world: World;

beforeAll(async () => {
  world = await startWorld(CASES);
});
afterAll(() => world?.stop());
afterEach(() => world.tidy());

async function play(one: Case): Promise<void> {
  const outcome = await one.ask(world, labelOf(CASES.indexOf(one)));
  outcomes.set(one, outcome);
  const [verdict, code, exitCode] = one.expected;
  const known = outcome.code !== null && one.elsewhere?.includes(outcome.code) === true ? outcome.code : code;
  expect([outcome.verdict, outcome.code, outcome.exitCode], outcome.message).toEqual([verdict, known, exitCode]);
  // What a server's redirect or error may hold.
  expect(outcome.message).not.toContain("token=x");
  if (one.says !== undefined) expect(outcome.message).toMatch(one.says);
}

const titled = (cases: readonly Case[]) => cases.map((one) => [one.number, one.name, one] as const);

describe("what must never pass", () => {
  test.each(titled(NASTY_CASES))("%i: %s", (_number, _name, one) => play(one));

  test("is all there, and none of it passed", () => {
    const numbers = Object.keys(NASTY_INPUTS).map(Number);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(numbers.filter((number) => !NASTY_CASES.some((one) => one.number === number))).toEqual([]);
    const passed = NASTY_CASES.filter((one) => {
      const outcome = outcomes.get(one);
      return outcome === undefined || outcome.verdict === "pass" || outcome.exitCode === 0;
    });
    expect(passed.map(({ number, name }) => `${number}: ${name}`)).toEqual([]);
  });
});

describe("what must pass", () => {
  test.each(titled(HEALTHY))("%i: %s", (_number, _name, one) => play(one));
});

describe("what must fail", () => {
  test.each(titled(BAD_RUNS))("%i: %s", (_number, _name, one) => play(one));
});
