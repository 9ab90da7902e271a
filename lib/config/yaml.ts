import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import type { Document, Node } from "yaml";
import type { z } from "zod";
import { ProofloadError } from "../errors.ts";
import { problemsOf } from "./zod-problems.ts";

/** A file that was read: `file` is the name to show, `text` its content. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
}

/** Where in a document: `["spec", "objectives", 0, "target"]`. */
export type YamlPath = readonly PropertyKey[];

/** One document of a file, validated. */
export interface YamlDocument<T> {
  readonly file: string;
  readonly value: T;
  /** The line (from 1) of the key or item at a path; of its nearest existing ancestor where it is missing. */
  readonly lineOf: (path: YamlPath) => number;
}

/** One mistake in a file. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly path: YamlPath;
  /** What was expected. */
  readonly message: string;
}

/** Documents that are right, and everything that is wrong with the others. */
export interface YamlReading<T> {
  readonly documents: readonly YamlDocument<T>[];
  readonly problems: readonly ConfigProblem[];
}

/** Parses and validates every document of a file; throws one `invalid-config` error (exit code 2) with all problems. */
export function parseYaml<T>(source: YamlSource, schema: z.ZodType<T>): readonly YamlDocument<T>[] {
  const { documents, problems } = readYaml(source, schema);
  throwProblems(problems);
  return documents;
}

/** Like {@link parseYaml}, for a file that must hold exactly one document. */
export function parseYamlDocument<T>(source: YamlSource, schema: z.ZodType<T>): YamlDocument<T> {
  const [first, second] = parseYaml(source, schema);
  if (first === undefined) throw configError([emptyFile(source)]);
  if (second !== undefined) {
    const message = "expected one YAML document; this is a second one";
    throw configError([{ file: source.file, line: second.lineOf([]), path: [], message }]);
  }
  return first;
}

/** Like {@link parseYaml}, but returns the problems, for a caller that reads several files and wants to report all at once. */
export function readYaml<T>(source: YamlSource, schema: z.ZodType<T>): YamlReading<T> {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(source.text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const documents: YamlDocument<T>[] = [];
  const problems: ConfigProblem[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const report = (line: number, path: YamlPath, message: string): void => {
      problems.push({ file: source.file, line, path, message });
    };
    for (const { message, pos } of [...document.errors, ...document.warnings]) {
      report(lines.linePos(pos[0]).line, [], message);
    }
    // After a syntax error the tree is a guess; a key given twice leaves it whole.
    if (document.errors.some((error) => error.code !== "DUPLICATE_KEY")) continue;
    // What follows a trailing `---`, or holds comments only.
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) continue;
    const lineOf = (path: YamlPath): number => lines.linePos(offsetOf(document, path)).line;
    const read = toValue(document);
    if (read.kind === "refused") {
      report(lineOf([]), [], read.message);
      continue;
    }
    const result = problemsOf(schema, read.value);
    for (const { path, message } of result.problems) report(lineOf(path), path, message);
    if (result.ok) documents.push({ file: source.file, value: result.value, lineOf });
  }
  if (documents.length === 0 && problems.length === 0) problems.push(emptyFile(source));
  return { documents, problems };
}

/** Throws {@link configError} when there is any problem. */
export function throwProblems(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw configError(problems);
}

/** One error for all problems, a line each: `file:line: dotted.path: what was expected`. */
export function configError(problems: readonly ConfigProblem[]): ProofloadError {
  return new ProofloadError({ code: "invalid-config", message: problems.map(formatProblem).join("\n"), exitCode: 2 });
}

function formatProblem({ file, line, path, message }: ConfigProblem): string {
  return path.length === 0 ? `${file}:${line}: ${message}` : `${file}:${line}: ${formatPath(path)}: ${message}`;
}

/** A path as people write it: `spec.objectives[0].target`. */
export function formatPath(path: YamlPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

function emptyFile({ file }: YamlSource): ConfigProblem {
  return { file, line: 1, path: [], message: "expected a YAML document; the file holds none" };
}

type Value =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "refused"; readonly message: string };

/** The document as plain data; aliases that would blow up are refused. */
function toValue(document: Document.Parsed): Value {
  try {
    return { kind: "value", value: document.toJS({ maxAliasCount: 100 }) };
  } catch (thrown) {
    return { kind: "refused", message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Offset of the key (in a map) or item (in a list) that a path names, or of the deepest part of it that exists. */
function offsetOf(document: Document.Parsed, path: YamlPath): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const key of path) {
    const here: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap<Node, Node | null>(here)) {
      const pair = here.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq<Node | null>(here) && typeof key === "number") {
      node = here.items[key] ?? null;
      offset = node?.range?.[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}
