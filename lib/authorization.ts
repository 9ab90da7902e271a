import { usageError } from "./errors.ts";

/** The value of an `Authorization` header, and what of it must be in no message. */
export interface Authorization {
  readonly header: string;
  readonly secrets: readonly string[];
}

/** A bearer token; a usage error, which does not repeat it, where it can't be one. */
export function bearer(token: string): Authorization {
  if (token === "" || !/^[\u{21}-\u{7e}]+$/u.test(token)) {
    throw usageError("bad-option", "the bearer token is empty, or holds characters that no token has");
  }
  return { header: `Bearer ${token}`, secrets: [token] };
}

/** A name and a password (RFC 7617). */
export function basic({ name, password }: { readonly name: string; readonly password: string }): Authorization {
  const encoded = Buffer.from(`${name}:${password}`).toString("base64");
  return { header: `Basic ${encoded}`, secrets: [encoded, password] };
}
