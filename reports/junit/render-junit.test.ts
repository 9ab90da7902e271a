import { create } from "xmlbuilder2";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/run/record.ts";
import { CUT_SHORT, ERRORED, FAILING, FIXTURES, INCONCLUSIVE, PASSING, STRESS } from "../testing/fixtures.ts";
import { REFUTED } from "../testing/fixture-hypothesis.ts";
import { HOSTILE_TEXTS, withText } from "../testing/hostile.ts";
import { renderJunit } from "./render-junit.ts";

interface ReadSuite {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly cases: readonly {
    readonly name: string;
    readonly classname: string;
    readonly outcome: string;
    readonly type: string | null;
  }[];
}

describe("junit.xml", () => {
  it("has a testcase for each question of the hypothesis, and each alert", () => {
    const { cases } = read(renderJunit(REFUTED));
    const shown = cases.map(({ name, outcome, type }) => [name, outcome, type]);
    expect(shown).toContainEqual(["cart-answers before the first fault", "passed", null]);
    expect(shown).toContainEqual(["cart-answers during latency", "failure", "hypothesis-refuted"]);
    expect(shown).toContainEqual(["alert CheckoutSlow fires", "passed", null]);
  });

  it("is a testcase per objective and phase, two per fault, and one for the load", () => {
    const { cases } = read(renderJunit(PASSING));
    expect(cases.map(({ name }) => name)).toEqual([
      "checkout-availability in baseline",
      "checkout-latency in baseline",
      "checkout-availability in fault/latency",
      "checkout-latency in fault/latency",
      "checkout-availability in recovery/latency",
      "checkout-availability in fault/process-kill",
      "checkout-availability in recovery/process-kill",
      "fault latency had an effect",
      "fault latency was undone",
      "fault process-kill had an effect",
      "fault process-kill was undone",
      "load was delivered",
    ]);
    expect(new Set(cases.map(({ classname }) => classname))).toEqual(new Set(["proofload.ci"]));
    expect(cases.every(({ outcome }) => outcome === "passed")).toBe(true);
  });

  it("makes a missed objective a failure", () => {
    expect(notPassed(FAILING)).toEqual([["checkout-latency in fault/latency", "failure", "interval-outside"]]);
  });

  it("makes what is unproven an error", () => {
    expect(notPassed(INCONCLUSIVE)).toEqual([
      ["checkout-availability in recovery/latency", "error", "interval-straddles"],
      ["fault latency had an effect", "error", "fault-not-proven"],
      ["load was delivered", "error", "load-not-delivered"],
    ]);
    expect(notPassed(ERRORED)).toHaveLength(7);
    expect(notPassed(CUT_SHORT).every(([, outcome]) => outcome === "error")).toBe(true);
  });

  it("is green for a stress that held what was asked, whatever broke above it", () => {
    const { cases, failures, errors } = read(renderJunit(STRESS));
    expect(cases.map(({ name, outcome }) => [name.replaceAll("\u00a0", " "), outcome])).toEqual([
      ["capacity of at least 400 iterations/s", "passed"],
      ["load was delivered", "passed"],
    ]);
    expect([failures, errors]).toEqual([0, 0]);
  });

  it.each([
    ["fail", "failure"],
    ["inconclusive", "error"],
  ] as const)("makes a capacity that is %s a testcase with %s", (verdict, outcome) => {
    const reason = { code: "capacity-unknown" as const, message: "no step broke" };
    const capacity = STRESS.verdict.capacity && { ...STRESS.verdict.capacity, verdict, reason };
    const record: RunRecord = { ...STRESS, verdict: { ...STRESS.verdict, verdict, capacity } };
    expect(notPassed(record)).toEqual([[expect.stringContaining("capacity of"), outcome, "capacity-unknown"]]);
  });

  it("has a failure for a failed run of which only errors tell", () => {
    const reasons = [{ code: "objective-broke" as const, message: "it broke" }];
    const record: RunRecord = { ...INCONCLUSIVE, verdict: { ...INCONCLUSIVE.verdict, verdict: "fail", reasons } };
    expect(notPassed(record).at(-1)).toEqual(["verdict", "failure", "objective-broke"]);
  });

  it.each([
    ["fail", "failure"],
    ["inconclusive", "error"],
    ["error", "error"],
  ] as const)("has a testcase for a verdict of %s of which nothing else tells", (verdict, outcome) => {
    const reasons = [{ code: "run-cut-short" as const, message: "SIGINT" }];
    const record: RunRecord = { ...PASSING, verdict: { ...PASSING.verdict, verdict, reasons } };
    expect(notPassed(record)).toEqual([["verdict", outcome, "run-cut-short"]]);
  });

  it("takes a load that nobody saw for an error", () => {
    const load = { ...PASSING.verdict.load, startedIterations: null };
    expect(notPassed({ ...PASSING, verdict: { ...PASSING.verdict, load } })).toEqual([
      ["load was delivered", "error", "load-unobserved"],
    ]);
  });

  it.each(Object.entries(FIXTURES))("counts right and skips nothing: %s", (_, record) => {
    expectCountsRight(renderJunit(record));
  });

  it.each(Object.entries(HOSTILE_TEXTS))("keeps hostile text in its place: %s", (_, text) => {
    const xml = renderJunit(withText(CUT_SHORT, text));
    expectCountsRight(xml);
    expect(read(xml).cases).toHaveLength(read(renderJunit(CUT_SHORT)).cases.length);
    expect(xml).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
  });

  it("escapes what only looks like an entity", () => {
    const record = withText(CUT_SHORT, "&unknown; &#0; &lt;");
    const xml = renderJunit(record);
    expect(xml).toContain("&amp;unknown; &amp;#0; &amp;lt;");
    expect(xml).not.toMatch(/&(?!(amp|lt|gt|quot|apos);)/);
  });

  it("gives the user's own words back, markup and all", () => {
    const slo = `a<b>&"c"']]>`;
    const objectives = FAILING.verdict.objectives.map((objective) => ({ ...objective, slo }));
    const xml = renderJunit({ ...FAILING, verdict: { ...FAILING.verdict, objectives } });
    expect(read(xml).cases[0]?.name).toBe(`${slo} in baseline`);
  });
});

function notPassed(record: RunRecord): readonly (readonly [string, string, string | null])[] {
  return read(renderJunit(record))
    .cases.filter(({ outcome }) => outcome !== "passed")
    .map(({ name, outcome, type }) => [name, outcome, type]);
}

function expectCountsRight(xml: string): void {
  const { tests, failures, errors, cases } = read(xml);
  expect({ tests, failures, errors }).toEqual({
    tests: cases.length,
    failures: cases.filter(({ outcome }) => outcome === "failure").length,
    errors: cases.filter(({ outcome }) => outcome === "error").length,
  });
  expect(xml).not.toContain("<skipped");
  expect(xml).toContain('skipped="0"');
}

/** Reads the XML back with a parser. */
function read(xml: string): ReadSuite {
  const suite = create(xml).root().first().node as unknown as Element;
  const number = (name: string): number => Number(suite.getAttribute(name));
  const cases = elementsOf(suite)
    .filter(({ localName }) => localName === "testcase")
    .map((element) => {
      const [child] = elementsOf(element);
      return {
        name: element.getAttribute("name") ?? "",
        classname: element.getAttribute("classname") ?? "",
        outcome: child?.localName ?? "passed",
        type: child?.getAttribute("type") ?? null,
      };
    });
  return { tests: number("tests"), failures: number("failures"), errors: number("errors"), cases };
}

/** As much of the DOM's interface as is used here. */
interface Element {
  readonly localName: string;
  readonly childNodes: Iterable<unknown>;
  readonly getAttribute: (name: string) => string | null;
}

function elementsOf(parent: Element): readonly Element[] {
  return [...parent.childNodes].filter(
    (node) => (node as { nodeType: number }).nodeType === 1,
  ) as unknown as readonly Element[];
}
