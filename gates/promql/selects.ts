import type { Selector } from "./selector.ts";

/** Whether a series' labels fit a selector; null when JavaScript can't say, because the expression is one of RE2 only. */
export function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean | null {
  if (labels["__name__"] !== selector.metric) return false;
  for (const { name, operator, value } of selector.matchers) {
    const actual = labels[name] ?? "";
    if (operator === "=" || operator === "!=") {
      if ((actual === value) !== (operator === "=")) return false;
      continue;
    }
    let expression: RegExp;
    try {
      expression = new RegExp(`^(?:${value})$`, "su");
    } catch {
      return null;
    }
    if (expression.test(actual) !== (operator === "=~")) return false;
  }
  return true;
}
