/** Numbers that JSON has no word for, as Prometheus writes them. */
const NON_FINITE: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["+Inf", Number.POSITIVE_INFINITY],
  ["-Inf", Number.NEGATIVE_INFINITY],
]);

/** JSON of what was collected, with `NaN`, `+Inf` and `-Inf` as texts; `indent` is JSON's. */
export function evidenceText(value: unknown, indent?: number): string {
  const replacer = (_key: string, item: unknown): unknown => {
    if (typeof item !== "number" || Number.isFinite(item)) return item;
    return Number.isNaN(item) ? "NaN" : item > 0 ? "+Inf" : "-Inf";
  };
  return `${JSON.stringify(value, replacer, indent)}\n`;
}

/** Reads {@link evidenceText} again: the value of a sample is a number, whatever it was. Throws a SyntaxError where it is no JSON. */
export function parseEvidence(text: string): unknown {
  return JSON.parse(text, function revive(this: unknown, key: string, value: unknown): unknown {
    const ofSample = key === "1" && Array.isArray(this) && this.length === 2 && typeof this[0] === "number";
    return ofSample ? (NON_FINITE.get(value) ?? value) : value;
  });
}
