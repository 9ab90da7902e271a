import type { z } from "zod";
import { nearest } from "./nearest.ts";

/** One mistake in a value, where it stands. */
export interface ValueProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What validation came to: the value, or everything that is wrong with it. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly [] }
  | { readonly ok: false; readonly problems: readonly ValueProblem[] };

type Issue = z.core.$ZodIssue;

/** Validates a value and says what was expected in words for people, with the nearest known key for each unknown one. */
export function problemsOf<T>(schema: z.ZodType<T>, value: unknown): Validation<T> {
  // Zod's final issues don't say which keys the object knows; its raw ones do, and share the array of unknown keys.
  const knownKeys = new WeakMap<readonly string[], readonly string[]>();
  const result = schema.safeParse(value, {
    reportInput: true,
    error: (raw) => {
      if (raw.code === "unrecognized_keys") knownKeys.set(raw.keys, keysOf(raw.inst));
      return undefined;
    },
  });
  if (result.success) return { ok: true, value: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) => describe(issue, [], knownKeys));
  return { ok: false, problems };
}

function describe(
  issue: Issue,
  parents: readonly PropertyKey[],
  knownKeys: WeakMap<readonly string[], readonly string[]>,
): readonly ValueProblem[] {
  const path = [...parents, ...issue.path];
  // A schema's own words beat ours.
  if (!/^(?:Invalid|Too|Unrecognized) /.test(issue.message)) return [{ path, message: issue.message }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: didYouMean(`unknown key '${key}'`, key, knownKeys.get(issue.keys) ?? []),
      }));
    case "invalid_type":
      return [{ path, message: expected(nameOf(issue.expected), issue.input) }];
    case "invalid_value":
      return [{ path, message: oneOf(issue.values.map(String), issue.input) }];
    case "invalid_union": {
      const branch = closest(issue.errors);
      if (branch !== undefined) return branch.flatMap((inner) => describe(inner, path, knownKeys));
      const options = "options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      return [{ path, message: options.length > 0 ? oneOf(options, keyOf(issue.input, path)) : issue.message }];
    }
    case "invalid_key":
      return issue.issues.flatMap((inner) => describe(inner, path, knownKeys));
    case "too_big":
    case "too_small":
    case "invalid_format":
    case "invalid_element":
    case "not_multiple_of":
    case "custom":
      return [{ path, message: issue.message.replace(/^(?:Too (?:big|small)|Invalid [a-z]+): /, "") }];
  }
}

/** The union's branch that fits best: one that gets furthest into the value, then the one with the fewest issues. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]): number => Math.min(...issues.map((issue) => issue.path.length));
  return [...branches].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function oneOf(options: readonly string[], input: unknown): string {
  const wanted = options.length === 1 ? `'${options[0]}'` : `one of ${options.join(", ")}`;
  if (typeof input !== "string") return expected(wanted, input);
  return didYouMean(`expected ${wanted}, found '${input.slice(0, 60)}'`, input, options);
}

function expected(what: string, input: unknown): string {
  return input === undefined ? `missing; expected ${what}` : `expected ${what}, found ${typeName(input)}`;
}

function didYouMean(text: string, word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined && near !== word) return `${text}; did you mean '${near}'?`;
  return text.startsWith("unknown") && candidates.length > 0 ? `${text}; known: ${candidates.join(", ")}` : text;
}

function keyOf(input: unknown, path: readonly PropertyKey[]): unknown {
  const key = path.at(-1);
  if (typeof input !== "object" || input === null || key === undefined) return input;
  return (input as Record<PropertyKey, unknown>)[key];
}

function keysOf(schema: unknown): readonly string[] {
  const shape = (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

/** The kind of a value, never the value: it may be a secret. */
function typeName(input: unknown): string {
  if (input === null) return "nothing";
  if (Array.isArray(input)) return "a list";
  // What YAML calls .nan and .inf are of JavaScript's numbers.
  if (typeof input === "number" && !Number.isFinite(input)) return Number.isNaN(input) ? ".nan" : "an infinite one";
  return nameOf(typeof input);
}

function nameOf(type: string): string {
  const names: Record<string, string> = {
    string: "a string",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    object: "a mapping",
    record: "a mapping",
    array: "a list",
    null: "nothing",
  };
  return names[type] ?? type;
}
