import type { Options } from "k6/options";

type Thresholds = NonNullable<Options["thresholds"]>;

/** The script's own thresholds with those of PROOFLOAD_THRESHOLDS (a JSON object of lists); the same expression is there once. */
export function mergeThresholds(own: Thresholds): Thresholds {
  const merged: Thresholds = { ...own };
  for (const [metric, expressions] of Object.entries(readGiven())) {
    const before = [merged[metric] ?? []].flat();
    const known = before.map((threshold) => (typeof threshold === "string" ? threshold : threshold.threshold));
    merged[metric] = [...before, ...expressions.filter((expression) => !known.includes(expression))];
  }
  return merged;
}

function readGiven(): Readonly<Record<string, readonly string[]>> {
  const text = __ENV["PROOFLOAD_THRESHOLDS"];
  if (text === undefined || text === "") return {};
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    given = null;
  }
  const isList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");
  if (typeof given !== "object" || given === null || !Object.values(given).every(isList)) {
    throw new Error('PROOFLOAD_THRESHOLDS: expected JSON such as {"http_req_failed":["rate<=0.01"]}');
  }
  return given as Readonly<Record<string, readonly string[]>>;
}
