import { parser } from "@prometheus-io/lezer-promql";

const MAYBE_BUCKET = /\ble\s*=/;
/** A matcher of `le` for one bucket, by a text without escapes. */
const ONE_BUCKET = /^le\s*=\s*(["'`])([^"'`\\]+)\1$/;

/**
 * A query whose matchers `le="…"` fit the bucket however its edge is spelt: what a service writes as `1`, Prometheus stores as `1.0` since
 * 3.0 (https://prometheus.io/docs/prometheus/latest/migration/), and other programs write either. What has one spelling only is left as it is.
 */
export function withAnySpelling(query: string): string {
  // Parsing takes a tenth of a millisecond, and most queries have no bucket.
  if (!MAYBE_BUCKET.test(query)) return query;
  const cursor = parser.parse(query).cursor();
  let [text, end] = ["", 0];
  do {
    if (cursor.name !== "UnquotedLabelMatcher") continue;
    const edge = ONE_BUCKET.exec(query.slice(cursor.from, cursor.to))?.[2] ?? "";
    const spellings = spellingsOf(edge);
    if (spellings.length < 2) continue;
    const expression = spellings.map((one) => one.replaceAll(/[.+]/g, String.raw`\$&`)).join("|");
    text += `${query.slice(end, cursor.from)}le=~${JSON.stringify(expression)}`;
    end = cursor.to;
  } while (cursor.next());
  return text + query.slice(end);
}

/** The edge that an expression on `le` means in each of its spellings, in the first of them; null where it may mean several. */
export function edgeOfSpellings(expression: string): string | null {
  const spellings = expression.split("|").map((one) => one.replaceAll(/\\([.+])/g, "$1"));
  const [first = ""] = spellings;
  const known = spellingsOf(first);
  return known.length > 1 && spellings.every((one) => known.includes(one)) ? first : null;
}

/** As it is written, as JavaScript writes numbers, and as Prometheus does since 3.0; each once. */
function spellingsOf(edge: string): readonly string[] {
  const value = Number(edge);
  if (edge.trim() === "" || !Number.isFinite(value)) return [edge];
  return [...new Set([edge, String(value), openMetricsNumber(value)])];
}

/** A number as OpenMetrics has it, with a point or an exponent: Go's `g` format, `.0` behind whole numbers. */
function openMetricsNumber(value: number): string {
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
