import type { GateRecord } from "../../lib/run/gate-record.ts";
import type { RunRecord } from "../../lib/run/record.ts";

/** Texts that try to break out of the document they are put into. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  "script element": `<script>window.pwned = 1</script>`,
  "attribute with a handler": `"><img src=x onerror="window.pwned = 1">`,
  "closing tags": `</style></title></code></pre><svg onload="window.pwned=1">`,
  "single-quoted attribute": `' onmouseover='window.pwned=1`,
  "pipes and backslashes": `a | b || c \\| d \\\\| e`,
  "backticks and fences": "`code` ``` ```\n```js\nalert(1)\n```",
  "markdown blocks": `# heading\n\n- list\n\n| a | b |\n|---|---|\n| 1 | 2 |`,
  "links and images": `[link](javascript:alert(1)) ![image](http://evil.example/x.png) <http://evil.example>`,
  "mentions, references, addresses and emphasis": `@everyone #1 GH-1 https://evil.example www.evil.example me@evil.example :tada: $x^2$ **b** _i_ ~~s~~`,
  "XML and HTML sections": `]]> <![CDATA[ x ]]> <!-- -- --> <?pi ?> &amp; &lt; &#0; &unknown;`,
  "control characters and lone surrogates": `\u0000\u0001\u0008\u000b\u001b[31m\u007f\u0085\ufffe\uffff\ud800 \udfff x`,
  "text direction": `\u202egnp.exe\u2066 \u200b\ufeff`,
  "very long": `long ${"x".repeat(5000)} ${"word ".repeat(2000)}`,
  empty: "",
};

// These are words of the types, not a user's.
const KEPT = new Set([
  "type",
  "verdict",
  "code",
  "countedBy",
  "method",
  "id",
  "nature",
  "executor",
  "createdAt",
  "collectedAt",
]);
const PHASE_PREFIX = /^(fault|recovery)\//;

/** The record with a text in place of every text that isn't a word of the types. */
export function withText<T extends RunRecord | GateRecord>(record: T, text: string): T {
  return replaced(record, "", text) as T;
}

function replaced(value: unknown, key: string, text: string): unknown {
  if (typeof value === "string") return isWord(key, value) ? value : `${PHASE_PREFIX.exec(value)?.[0] ?? ""}${text}`;
  if (Array.isArray(value)) return value.map((entry: unknown) => replaced(entry, key, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [key === "tools" ? text : name, replaced(entry, name, text)]),
  );
}

function isWord(key: string, value: string): boolean {
  // A chart's or a load's unit is a word, a measurement's is not; a fault's kind is a user's, a proof's is not.
  if (key === "unit") return ["seconds", "requests/s", "ratio", "iterations/s", "VUs"].includes(value);
  if (key === "kind") return !["latency", "process-kill"].includes(value);
  return KEPT.has(key);
}
