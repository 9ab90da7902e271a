import type { ReasonCode } from "../lib/run/reasons.ts";
import type { Reason } from "../lib/run/verdict.ts";

/** A value, or the reason why there is none. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Reason };

export function found<T>(value: T): Attempt<T> {
  return { ok: true, value };
}

export function blocked(code: ReasonCode, message: string): { readonly ok: false; readonly reason: Reason } {
  return { ok: false, reason: { code, message } };
}
