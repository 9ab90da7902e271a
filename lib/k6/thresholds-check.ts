import { nearest } from "../config/nearest.ts";
import { usageError } from "../errors.ts";
import type { InspectedScenario } from "./inspect.ts";
import { HTTP_METHODS, SYSTEM_TAGS, UNSEEN_TAGS } from "./names.ts";
import { readThresholdKey } from "./threshold-key.ts";

export interface ThresholdsCheck {
  readonly inspected: InspectedScenario;
  /** The scenario as it was bundled: what it sets itself is written there. */
  readonly bundleText: string;
  /** Those made from SLOs, which are among the inspected ones. */
  readonly sloThresholds: Readonly<Record<string, readonly string[]>>;
}

/**
 * Refuses thresholds on tags that the scenario can't have (exit code 2, with the nearest name that it can): k6 calls those met. What only
 * may be missing is left to the run, which tells of thresholds that saw nothing.
 */
export function checkThresholds({ inspected, bundleText, sloThresholds }: ThresholdsCheck): void {
  const keys = [...new Set([...Object.keys(inspected.thresholds), ...Object.keys(sloThresholds)])];
  const source = withoutKeys(bundleText, keys);
  const problems = keys.flatMap((text) => {
    const origin = Object.hasOwn(sloThresholds, text) ? " (made from an SLO)" : "";
    const { metric, tags } = readThresholdKey(text);
    return tags.flatMap(({ key, value }) => {
      const problem = problemOf({ metric, key, value }, inspected, source);
      return problem === null ? [] : [`threshold '${text}'${origin}: ${problem}`];
    });
  });
  if (problems.length === 0) return;
  throw usageError(
    "bad-threshold",
    problems.map((problem) => `${inspected.load.file}: ${problem}`).join("\n"),
    "k6 takes a threshold that matches no sample for met, so it would prove nothing.",
  );
}

interface Selector {
  readonly metric: string;
  readonly key: string;
  readonly value: string;
}

function problemOf(selector: Selector, inspected: InspectedScenario, source: string): string | null {
  const { key, value } = selector;
  const { systemTags, tags, load } = inspected;
  if (UNSEEN_TAGS.includes(key)) return `k6 holds no threshold against the tag '${key}'`;
  if (key === "phase") {
    const phases = ["warmup", "baseline", "settle", ...load.phases.map(({ phase }) => phase)];
    return /^(?:fault|recovery)\//.test(value) ? null : oneOf(value, phases, "no phase is called");
  }
  if (systemTags.includes(key)) return systemTagProblem(selector, inspected, source);
  if (hasTag(source, key) || (Object.hasOwn(tags, key) && key !== "scenario")) return null;
  if (SYSTEM_TAGS.includes(key)) {
    return `the tag '${key}' is one of k6's that proofload turns off, as each of its values would be another series; ${key === "url" ? "give the request a name and use 'name'" : `left on are ${systemTags.join(", ")}`}`;
  }
  return `nothing sets the tag '${key}'${suggestion(key, [...systemTags, ...Object.keys(tags), "phase"])}`;
}

/** Requests have these tags from k6 alone; a sample of another metric may have any value in them. */
function systemTagProblem(
  { metric, key, value }: Selector,
  { tags, declared }: InspectedScenario,
  source: string,
): string | null {
  if (key === "scenario") return value === tags["scenario"] ? null : `the tag 'scenario' is '${tags["scenario"]}' here`;
  if (!metric.startsWith("http_")) return null;
  switch (key) {
    case "expected_response":
      return oneOf(value, ["true", "false"], "it is never");
    case "method":
      // A script can make up its own, and k6 writes it in capitals.
      return hasText(source.toUpperCase(), value) ? null : oneOf(value, HTTP_METHODS, "no method is called");
    case "status":
      return /^(?:0|[1-9]\d\d)$/.test(value) ? null : `'${value}' is no HTTP status`;
    case "error_code":
      return /^\d{4}$/.test(value) ? null : `'${value}' is no error code of k6`;
    case "name":
      if (!allRequestsAreDeclared(declared.requests, source)) return null;
      return oneOf(value, declared.requests, "no request is called");
    default:
      return null;
  }
}

/** Whether the kit alone makes requests: in the bundle, each file that uses k6's module imports it, and the kit has one. */
function allRequestsAreDeclared(requests: readonly string[], source: string): boolean {
  return requests.length > 0 && [...source.matchAll(/["']k6\/http["']/g)].length <= 1;
}

function oneOf(value: string, known: readonly string[], what: string): string | null {
  return known.includes(value) ? null : `${what} '${value}'${suggestion(value, known)}`;
}

function suggestion(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  if (close !== undefined) return `; did you mean '${close}'?`;
  return known.length === 0 ? "" : `; known are: ${known.slice(0, 20).join(", ")}`;
}

/** A threshold is no proof that what it names is there. Both ways to write it: as it is, and as a text's escapes write it. */
function withoutKeys(source: string, keys: readonly string[]): string {
  const longestFirst = keys.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce(
    (text, key) => text.replaceAll(JSON.stringify(key).slice(1, -1), "").replaceAll(key, ""),
    source,
  );
}

/** Whether a name stands where an object's key can: `name: …`, `{ name }`, `"name"` or `tags.name = …`. */
function hasTag(source: string, name: string): boolean {
  const word = escaped(name);
  return new RegExp(
    `(?<![\\w$.])["'\`]?${word}["'\`]?\\s*:|["'\`]${word}["'\`]|\\.${word}\\s*(?:\\|\\||\\?\\?|&&)?=[^=]|[{,]\\s*${word}\\s*[,}]`,
  ).test(source);
}

/** Whether a value stands in the code as a whole word. */
function hasText(source: string, value: string): boolean {
  const [before, after] = [/^\w/.test(value) ? "(?<!\\w)" : "", /\w$/.test(value) ? "(?!\\w)" : ""];
  return [value, JSON.stringify(value).slice(1, -1)].some((text) =>
    new RegExp(before + escaped(text) + after).test(source),
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
