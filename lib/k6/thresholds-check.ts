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
 * Refuses thresholds on tags that the scenario can't produce (exit code 2, with the nearest name that it can): k6 calls those met. A tag or
 * a value of the scenario's own counts as known where its code has it in a place where a tag or a text can stand.
 */
export function checkThresholds({ inspected, bundleText, sloThresholds }: ThresholdsCheck): void {
  const keys = [...new Set([...Object.keys(inspected.thresholds), ...Object.keys(sloThresholds)])];
  const source = withoutKeys(bundleText, keys);
  const problems = keys.flatMap((key) => {
    const origin = key in sloThresholds ? " (made from an SLO)" : "";
    return readThresholdKey(key).tags.flatMap((tag) => {
      const problem = problemOf(tag.key, tag.value, inspected, source);
      return problem === null ? [] : [`threshold '${key}'${origin}: ${problem}`];
    });
  });
  if (problems.length === 0) return;
  throw usageError(
    "bad-threshold",
    problems.map((problem) => `${inspected.load.file}: ${problem}`).join("\n"),
    "k6 takes a threshold that matches no sample for met, so it would prove nothing.",
  );
}

function problemOf(key: string, value: string, inspected: InspectedScenario, source: string): string | null {
  const { systemTags, tags, load } = inspected;
  if (UNSEEN_TAGS.includes(key)) return `k6 holds no threshold against the tag '${key}'`;
  if (key in tags && (key !== "scenario" || systemTags.includes(key))) {
    return key === "testid" || tags[key] === value ? null : `the tag '${key}' is '${tags[key] ?? ""}' here`;
  }
  if (key === "phase") {
    const phases = ["warmup", "baseline", "settle", ...load.phases.map(({ phase }) => phase)];
    return /^(?:fault|recovery)\//.test(value) ? null : oneOf(value, phases, "no phase is called");
  }
  if (SYSTEM_TAGS.includes(key) && !systemTags.includes(key)) {
    if (hasTag(source, key)) return null;
    return `k6 does not set the tag '${key}' here; it sets ${systemTags.join(", ")}`;
  }
  if (systemTags.includes(key)) return systemTagProblem(key, value, inspected, source);
  if (!hasTag(source, key))
    return `nothing sets the tag '${key}'${suggestion(key, [...systemTags, ...Object.keys(tags), "phase"])}`;
  return hasText(source, value) ? null : `nothing sets the tag '${key}' to '${value}'`;
}

/** The rest (`url`, `error`, `proto`, …) comes from answers, and nobody can know it before. */
function systemTagProblem(key: string, value: string, { declared }: InspectedScenario, source: string): string | null {
  switch (key) {
    case "expected_response":
      return oneOf(value, ["true", "false"], "it is never");
    case "method":
      return oneOf(value, HTTP_METHODS, "no method is called");
    case "status":
      return /^(?:0|[1-5]\d\d)$/.test(value) ? null : `'${value}' is no HTTP status`;
    case "error_code":
      return /^\d{4}$/.test(value) ? null : `'${value}' is no error code of k6`;
    case "name":
      if (declared.requests.includes(value) || hasText(source, value)) return null;
      return `no request is called '${value}'${suggestion(value, declared.requests)}`;
    case "check":
      return hasText(source, value) ? null : `no check is called '${value}'`;
    case "group": {
      const missing = value.split("::").find((part) => part !== "" && !hasText(source, part));
      return missing === undefined ? null : `no group is called '${missing}'`;
    }
    default:
      return null;
  }
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
    `(?<![\\w$.])["'\`]?${word}["'\`]?\\s*:|["'\`]${word}["'\`]|\\.${word}\\s*=[^=]|[{,]\\s*${word}\\s*[,}]`,
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
