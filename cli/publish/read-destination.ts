import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { basic, bearer } from "../../lib/authorization.ts";
import type { Authorization } from "../../lib/authorization.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, usageError } from "../../lib/errors.ts";

/** Where something is pushed to, and with which rights. */
export interface Destination {
  /** For people: `remote write`. */
  readonly name: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What must be in no message, even where a server repeats it. */
  readonly secrets: readonly string[];
  /** What its variables begin with: `PROOFLOAD_GRAFANA`. */
  readonly prefix: string;
}

/**
 * Reads `PREFIX_URL`, and `PREFIX_TOKEN`, or `PREFIX_USERNAME` with `PREFIX_PASSWORD`; each but the URL may be in a file instead, which `…_FILE` names.
 * Throws usage errors (exit code 2), which hold no secret.
 */
export function readDestination(env: Pick<Env, "vars" | "cwd">, name: string, prefix: string): Destination {
  const url = readUrl(env, prefix);
  const authorization = readAuthorization(env, prefix);
  return {
    name,
    url,
    headers: authorization === null ? {} : { Authorization: authorization.header },
    secrets: authorization?.secrets ?? [],
    prefix,
  };
}

function readUrl({ vars }: Pick<Env, "vars">, prefix: string): URL {
  const variable = `${prefix}_URL`;
  const text = vars[variable] ?? "";
  if (text === "") throw usageError("no-destination", `${variable} is not set, so there is nowhere to push to`);
  // Not the text itself: it may hold a password.
  const wrong = usageError("bad-destination", `${variable}: expected an http or https URL without credentials`);
  if (!URL.canParse(text)) throw wrong;
  const url = new URL(text);
  if (!["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "") throw wrong;
  return url;
}

function readAuthorization(env: Pick<Env, "vars" | "cwd">, prefix: string): Authorization | null {
  const token = readSecret(env, `${prefix}_TOKEN`);
  const name = readSecret(env, `${prefix}_USERNAME`);
  const password = readSecret(env, `${prefix}_PASSWORD`);
  if (token !== null) {
    if (name === null && password === null) return bearer(token);
    throw usageError("bad-destination", `${prefix}_TOKEN and ${prefix}_USERNAME: expected one of them`);
  }
  if (name !== null && password !== null) return basic({ name, password });
  if (name === null && password === null) return null;
  throw usageError("bad-destination", `${prefix}_${name === null ? "USERNAME" : "PASSWORD"} is missing`);
}

/** A variable that is empty counts as not set: so is a secret that a workflow does not have. */
function readSecret({ vars, cwd }: Pick<Env, "vars" | "cwd">, variable: string): string | null {
  const text = (vars[variable] ?? "").trim();
  const file = vars[`${variable}_FILE`] ?? "";
  if (file === "") return text === "" ? null : text;
  if (text !== "") throw usageError("bad-destination", `${variable} and ${variable}_FILE: expected one of them`);
  try {
    return readFileSync(resolve(cwd, file), "utf8").trim();
  } catch (error) {
    throw usageError("unreadable", `${variable}_FILE: ${file} can't be read: ${messageOf(error)}`);
  }
}
