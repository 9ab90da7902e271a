import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";

import type { Env } from "../../lib/env.ts";
import { messageOf, usageError } from "../../lib/errors.ts";
import { basic, bearer } from "../../lib/authorization.ts";
import type { Authorization } from "../../lib/authorization.ts";
import { PLAIN_ANSWERS } from "../../lib/prometheus/access.ts";
import type { PrometheusAccess } from "../../lib/prometheus/access.ts";

/** The options that say how a Prometheus is asked; files are relative to the working folder. */
export interface AccessArguments {
  readonly bearerTokenFile?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly headerFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Certificates as PEM; null where the machine's own authorities are enough. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface ReadAccess {
  /** Without credentials, path prefix and all, no slash at its end. */
  readonly url: string;
  readonly access: PrometheusAccess;
  readonly certificates: Certificates | null;
}

const TOKEN_VARIABLE = "PROOFLOAD_PROMETHEUS_TOKEN";
const USERNAME_VARIABLE = "PROOFLOAD_PROMETHEUS_USERNAME";
const PASSWORD_VARIABLE = "PROOFLOAD_PROMETHEUS_PASSWORD";
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What a header may hold; an exception of fetch would repeat the rest. */
const HEADER_VALUE = /^[\t\u{20}-\u{7e}\u{80}-\u{ff}]*$/u;

/**
 * Reads the URL, credentials, headers and certificates; options go before variables, and credentials in the URL count as a user's. Throws
 * usage errors, which hold no secret.
 */
export function readAccess(
  env: Pick<Env, "vars" | "cwd">,
  urlText: string,
  args: AccessArguments,
  timeoutMs: number,
): ReadAccess {
  const { url, user } = readUrl(urlText);
  const read = (option: string, file: string): string => readText(env.cwd, option, file);
  const headers = args.headerFile === undefined ? {} : readHeaders(args.headerFile, read);
  const authorization = authorizationOf(env, args, user, read);
  const ownName = Object.keys(headers).find((name) => name.toLowerCase() === "authorization");
  if (authorization !== null && ownName !== undefined) {
    throw usageError("bad-option", `--header-file: there is a header ${ownName} beside other credentials`);
  }
  return {
    url,
    access: {
      headers: { ...headers, ...(authorization === null ? {} : { Authorization: authorization.header }) },
      parameters: PLAIN_ANSWERS,
      secrets: [...(authorization?.secrets ?? []), ...Object.values(headers).filter((value) => value.length > 7)],
      timeoutMs,
    },
    certificates: readCertificates(url, args, read),
  };
}

interface User {
  readonly name: string;
  readonly password: string;
}

function readUrl(text: string): { readonly url: string; readonly user: User | null } {
  // Not the text itself: it may hold a password.
  const wrong = "--prometheus: expected an http or https URL without a query, such as http://127.0.0.1:9090/prometheus";
  if (!URL.canParse(text)) throw usageError("bad-option", wrong);
  const url = new URL(text);
  if (!["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "") {
    throw usageError("bad-option", wrong);
  }
  const isOpen = url.username === "" && url.password === "";
  const decoded = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      throw usageError("bad-option", "--prometheus: the credentials in the URL are not percent-encoded");
    }
  };
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`,
    user: isOpen ? null : { name: decoded(url.username), password: decoded(url.password) },
  };
}

type ReadOption = (option: string, file: string) => string;

function authorizationOf(
  { vars }: Pick<Env, "vars">,
  args: AccessArguments,
  inUrl: User | null,
  read: ReadOption,
): Authorization | null {
  const asked = [args.bearerTokenFile, args.username ?? args.passwordFile, inUrl].filter(
    (one) => one !== undefined && one !== null,
  );
  if (asked.length > 1) {
    const ways = "--bearer-token-file, --username with --password-file, or credentials in the URL";
    throw usageError("bad-option", `expected one of ${ways}`);
  }
  if (args.bearerTokenFile !== undefined) return bearer(read("--bearer-token-file", args.bearerTokenFile));
  if (inUrl !== null) return basic(inUrl);
  // A secret that a pipeline has not is an empty variable.
  const variable = (key: string): string | undefined => vars[key] || undefined;
  const name = args.username ?? variable(USERNAME_VARIABLE);
  const password =
    args.passwordFile === undefined ? variable(PASSWORD_VARIABLE) : read("--password-file", args.passwordFile);
  const token = variable(TOKEN_VARIABLE);
  if (token !== undefined && asked.length === 0) return bearer(token.trim());
  if (name !== undefined && password !== undefined) return basic({ name, password });
  if (name === undefined && password === undefined) return null;
  const missing = name === undefined ? `--username or ${USERNAME_VARIABLE}` : `--password-file or ${PASSWORD_VARIABLE}`;
  throw usageError("bad-option", `basic authentication needs a name and a password: ${missing} is missing`);
}

function readHeaders(file: string, read: ReadOption): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [index, line] of read("--header-file", file).split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, Math.max(colon, 0)).trim(), line.slice(colon + 1).trim()];
    if (colon < 0 || !HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw usageError("bad-option", `${file}:${index + 1}: expected a header such as X-Scope-OrgID: team-a`);
    }
    headers[name] = value;
  }
  return headers;
}

function readCertificates(url: string, args: AccessArguments, read: ReadOption): Certificates | null {
  const { caFile, certFile, keyFile } = args;
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return null;
  if (!url.startsWith("https:")) throw usageError("bad-option", "certificates are for an https URL");
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw usageError("bad-option", "--cert-file and --key-file belong together");
  }
  const certificates = {
    ...(caFile === undefined ? {} : { ca: read("--ca-file", caFile) }),
    ...(certFile === undefined ? {} : { cert: read("--cert-file", certFile) }),
    ...(keyFile === undefined ? {} : { key: read("--key-file", keyFile) }),
  };
  // What is no certificate, OpenSSL passes over as an authority in silence; what it can't use, it tells only when it connects.
  checkUsable("--ca-file", () => certificates.ca !== undefined && new X509Certificate(certificates.ca));
  checkUsable("--cert-file, --key-file", () => createSecureContext(certificates));
  return certificates;
}

function checkUsable(options: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    throw usageError("bad-option", `${options}: expected PEM that can be used for TLS: ${messageOf(error)}`);
  }
}

function readText(cwd: string, option: string, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8").trim();
  } catch (error) {
    throw usageError("unreadable", `${option}: ${file} can't be read: ${messageOf(error)}`);
  }
}
