import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

import { messageOf, usageError } from "../../lib/errors.ts";
import { childrenOf } from "./tree.ts";

export type MatchOperator = "=" | "!=" | "=~" | "!~";

export interface LabelMatcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** A plain vector selector, taken apart. */
export interface Selector {
  readonly metric: string;
  /** Without the one on `__name__`. */
  readonly matchers: readonly LabelMatcher[];
  /** Where another matcher may be written, and whether that takes braces or a comma. */
  readonly insertion: { readonly at: number; readonly needs: "braces" | "comma" | "nothing" };
}

export type SelectorReading =
  | { readonly kind: "selector"; readonly selector: Selector }
  /** `message` says what was expected instead. */
  | { readonly kind: "refused"; readonly message: string };

const PLAIN = 'expected a plain selector such as http_requests_total{job="api"}';

/** A gate asks about the same few selectors again and again, and parsing one takes a tenth of a millisecond. */
const readings = new Map<string, SelectorReading>();
const READINGS = 1000;

/** Reads a query that must be one plain vector selector with a metric name: no function, range, offset, @ or operator. */
export function readSelector(query: string): SelectorReading {
  const known = readings.get(query);
  if (known !== undefined) return known;
  if (readings.size >= READINGS) readings.clear();
  const reading = parseSelector(query);
  readings.set(query, reading);
  return reading;
}

function parseSelector(query: string): SelectorReading {
  const tree = parser.parse(query);
  const cursor = tree.cursor();
  do {
    // A range is written behind the selector to read its samples, and a comment would swallow it.
    if (cursor.name === "LineComment") return refused(`${PLAIN}, without a comment`);
    if (cursor.type.isError)
      return refused(`${PLAIN}; this is no PromQL from "${query.slice(cursor.from, cursor.from + 20)}" on`);
  } while (cursor.next());
  const root = tree.topNode.getChild("VectorSelector");
  if (root === null) {
    const written = CALLED[tree.topNode.firstChild?.name ?? ""] ?? "an expression";
    return refused(`${PLAIN}, not ${written}: the gate works out increases itself`);
  }
  const braces = root.getChild("LabelMatchers");
  const written = braces === null ? [] : childrenOf(braces);
  try {
    const parts = written.map((node) => readPart(query, node));
    const named = parts.filter((part) => part.kind === "matcher" && part.matcher.name !== "__name__");
    const names = [
      ...root.getChildren("Identifier").map((node) => textOf(query, node)),
      ...parts.flatMap((part) => (part.kind === "metric" ? [part.metric] : [])),
      ...parts.flatMap((part) =>
        part.kind === "matcher" && part.matcher.name === "__name__" && part.matcher.operator === "="
          ? [part.matcher.value]
          : [],
      ),
    ];
    const [metric, second] = names;
    if (metric === undefined || second !== undefined) return refused(`${PLAIN}, with one metric name`);
    const last = written.at(-1);
    return {
      kind: "selector",
      selector: {
        metric,
        matchers: named.flatMap((part) => (part.kind === "matcher" ? [part.matcher] : [])),
        insertion:
          braces === null
            ? { at: root.to, needs: "braces" }
            : last === undefined
              ? { at: braces.from + 1, needs: "nothing" }
              : { at: last.to, needs: "comma" },
      },
    };
  } catch (thrown) {
    return refused(`${PLAIN}; ${messageOf(thrown)}`);
  }
}

/** Writes an equality matcher for each label into a selector; one that is there already is not repeated. */
export function addMatchers(query: string, labels: Readonly<Record<string, string>>): string {
  const reading = readSelector(query);
  if (reading.kind === "refused") throw usageError("invalid-selector", `${query}: ${reading.message}`);
  const { matchers, insertion } = reading.selector;
  const added = Object.entries(labels)
    .filter(
      ([name, value]) => !matchers.some((one) => one.name === name && one.operator === "=" && one.value === value),
    )
    .map(([name, value]) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw usageError("invalid-label", `'${name}' is no label name`);
      return `${name}=${quote(value)}`;
    })
    .join(",");
  if (added === "") return query;
  const text = { braces: `{${added}}`, comma: `,${added}`, nothing: added }[insertion.needs];
  return query.slice(0, insertion.at) + text + query.slice(insertion.at);
}

/** How PromQL's syntax tree calls what a user may have written instead. */
const CALLED: Readonly<Record<string, string>> = {
  FunctionCall: "a function call",
  AggregateExpr: "an aggregation",
  BinaryExpr: "a calculation",
  MatrixSelector: "a range",
  SubqueryExpr: "a subquery",
  OffsetExpr: "an offset",
  StepInvariantExpr: "a fixed time (@)",
  NumberDurationLiteral: "a number",
  StringLiteral: "a text",
  ParenExpr: "parentheses",
};

type Part =
  | { readonly kind: "metric"; readonly metric: string }
  | { readonly kind: "matcher"; readonly matcher: LabelMatcher };

function readPart(query: string, node: SyntaxNode): Part {
  if (node.name === "QuotedLabelName") return { kind: "metric", metric: unquote(textOf(query, node)) };
  const [name, operator, value] = childrenOf(node).map((child) => textOf(query, child));
  if (name === undefined || operator === undefined || value === undefined) throw new Error(textOf(query, node));
  return {
    kind: "matcher",
    matcher: {
      name: node.name === "QuotedLabelMatcher" ? unquote(name) : name,
      operator: operator as MatchOperator,
      value: unquote(value),
    },
  };
}

/** The value of a PromQL string; its escapes are Go's, of which JSON knows the usual ones. */
function unquote(text: string): string {
  const inner = text.slice(1, -1);
  if (text.startsWith("`")) return inner;
  const escaped = text.startsWith("'")
    ? inner.replaceAll("\\'", "'").replaceAll(/(?<!\\)((?:\\\\)*)"/g, '$1\\"')
    : inner;
  try {
    return JSON.parse(`"${escaped}"`) as string;
  } catch {
    throw usageError("invalid-selector", `the escapes in ${text} are not understood`);
  }
}

function quote(value: string): string {
  return JSON.stringify(value);
}

function refused(message: string): SelectorReading {
  return { kind: "refused", message };
}

function textOf(query: string, node: SyntaxNode): string {
  return query.slice(node.from, node.to);
}
