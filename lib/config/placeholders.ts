import { usageError } from "../errors.ts";

/** What `${…}` may stand for in proofload.yaml. */
export interface Placeholders {
  /** The Node binary that runs proofload. */
  readonly node: string;
  /** The folder of the proofload package. */
  readonly package: string;
  /** The run's folder. */
  readonly run: string;
  /** A free port of 127.0.0.1, the same for the same name all through a run. */
  readonly ports: Readonly<Record<string, number>>;
}

const PLACEHOLDER = /\$\{([^}]*)\}/g;
const PORT = /^port\.[a-z][a-z0-9-]*$/;

/** The names of all `${port.NAME}` in a config value, whatever its shape. */
export function portNames(value: unknown): readonly string[] {
  const names = new Set<string>();
  mapStrings(value, (text) => {
    for (const [, key = ""] of text.matchAll(PLACEHOLDER)) if (PORT.test(key)) names.add(key.slice(5));
    return text;
  });
  return [...names];
}

/** The same value with each placeholder filled in; an unknown one is an error (exit code 2). */
export function fillPlaceholders<T>(value: T, placeholders: Placeholders): T {
  const { node, run, ports } = placeholders;
  const known = new Map<string, string | number>([
    ["node", node],
    ["package", placeholders.package],
    ["run", run],
    ...Object.entries(ports).map(([name, port]) => [`port.${name}`, port] as const),
  ]);
  return mapStrings(value, (text) =>
    text.replaceAll(PLACEHOLDER, (whole, key: string) => {
      const filled = known.get(key);
      if (filled !== undefined) return String(filled);
      throw usageError(
        "unknown-placeholder",
        `proofload.yaml: '${whole}' stands for nothing`,
        "Known are ${node}, ${package}, ${run} and ${port.NAME}.",
      );
    }),
  ) as T;
}

function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}
