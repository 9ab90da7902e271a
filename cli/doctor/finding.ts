/** What a check came to. `warn` spoils or slows some runs, with `bad` none works. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "bad";
  readonly cause: string;
  readonly cure: string | null;
}

/** All is well. */
export function ok(check: string, cause: string): Finding {
  return { check, state: "ok", cause, cure: null };
}

/** A run may work, and may not. */
export function warn(check: string, cause: string, cure: string): Finding {
  return { check, state: "warn", cause, cure };
}

/** No run works until this is mended. */
export function bad(check: string, cause: string, cure: string): Finding {
  return { check, state: "bad", cause, cure };
}
