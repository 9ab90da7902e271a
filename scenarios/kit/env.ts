const SECRET = /TOKEN|KEY|SECRET|PASS|PWD|CREDENTIAL|AUTH|DSN|DATABASE_URL/i;
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

interface NumberRule {
  /** What an absent variable means; none: it is an error. */
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
  /** The number must be greater. */
  readonly above?: number;
}

/** A variable of the environment, read as one kind of value; a bad or missing one throws in init code. */
export interface Variable {
  integer(rule?: NumberRule): number;
  number(rule?: NumberRule): number;
  text(rule?: { readonly default?: string }): string;
  oneOf<const T extends string>(values: readonly T[], rule?: { readonly default?: NoInfer<T> }): T;
  /** `true` or `1`, `false` or `0`. */
  flag(rule?: { readonly default?: boolean }): boolean;
}

/** Reads NAME from k6's environment (`-e NAME=VALUE`, or `load.env` of proofload.yaml). Errors never show what looks like a secret. */
export function variable(name: string): Variable {
  const read = <T>(expected: string, fallback: T | undefined, parse: (text: string) => T | undefined): T => {
    const text = __ENV[name];
    if (text === undefined) {
      if (fallback !== undefined) return fallback;
      throw new Error(`${name}: expected ${expected}, found nothing; set it in load.env of proofload.yaml`);
    }
    const value = parse(text);
    if (value !== undefined) return value;
    const found = SECRET.test(name) ? "a value that is not shown" : JSON.stringify(text.slice(0, 100));
    throw new Error(`${name}: expected ${expected}, found ${found}`);
  };
  return {
    integer: (rule = {}) => read(`a whole number${limits(rule)}`, rule.default, numberIn(rule, Number.isSafeInteger)),
    number: (rule = {}) => read(`a number${limits(rule)}`, rule.default, numberIn(rule, Number.isFinite)),
    text: (rule = {}) => read("a text", rule.default, (text) => (text === "" ? undefined : text)),
    oneOf: (values, rule = {}) =>
      read(`one of ${values.join(", ")}`, rule.default, (text) => values.find((value) => value === text)),
    flag: (rule = {}) => read("true or false", rule.default, (text) => FLAGS.get(text)),
  };
}

function numberIn(rule: NumberRule, isKind: (value: number) => boolean): (text: string) => number | undefined {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const { min = -Infinity, max = Infinity, above = -Infinity } = rule;
    return isKind(value) && value >= min && value <= max && value > above ? value : undefined;
  };
}

function limits({ min, max, above }: NumberRule): string {
  const parts = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(min === undefined ? [] : [`from ${min}`]),
    ...(max === undefined ? [] : [`to ${max}`]),
  ];
  return parts.length === 0 ? "" : ` ${parts.join(" ")}`;
}
