import { SharedArray } from "k6/data";

interface FieldKinds {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** The fields that every row must have. */
export type FieldTypes = Readonly<Record<string, keyof FieldKinds>>;
type RowOf<F extends FieldTypes> = { readonly [Field in keyof F]: FieldKinds[F[Field]] };

/** Rows that all VUs share. */
export interface TestData<T> {
  readonly length: number;
  /** The row at that index, a whole number from 0; past the end it begins again. */
  at(index: number): T;
  random(): T;
}

/**
 * Rows of test data, loaded and checked once for all VUs, in init code. A row that does not fit throws with its number
 * (1 is the first) and never with its values, which may be somebody's.
 */
export function testData<T>(
  name: string,
  load: () => readonly unknown[],
  check: (row: unknown) => row is T,
): TestData<T>;
export function testData<const F extends FieldTypes>(
  name: string,
  load: () => readonly unknown[],
  fields: F,
): TestData<RowOf<F>>;
export function testData(
  name: string,
  load: () => readonly unknown[],
  check: FieldTypes | ((row: unknown) => boolean),
): TestData<unknown> {
  const rows = new SharedArray<unknown>(name, () => {
    const loaded = load();
    if (!Array.isArray(loaded) || loaded.length === 0) throw new Error(`test data ${name}: expected rows, found none`);
    for (const [index, row] of loaded.entries()) {
      const problem = typeof check === "function" ? (check(row) ? null : "it was refused") : misfit(row, check);
      if (problem !== null) throw new Error(`test data ${name}: row ${index + 1} of ${loaded.length}: ${problem}`);
    }
    return loaded;
  });
  return {
    length: rows.length,
    at: (index) => rows[index % rows.length],
    random: () => rows[Math.floor(Math.random() * rows.length)],
  };
}

function misfit(row: unknown, fields: FieldTypes): string | null {
  if (typeof row !== "object" || row === null) return `expected an object, found ${row === null ? "null" : typeof row}`;
  for (const [field, kind] of Object.entries(fields)) {
    const found = typeof (row as Readonly<Record<string, unknown>>)[field];
    if (found !== kind) return `${field}: expected a ${kind}, found ${found === "undefined" ? "nothing" : found}`;
  }
  return null;
}
