import type { Env } from "../env.ts";
import { usageError } from "../errors.ts";
import type { ToolPackage } from "./tool-package.ts";

const VARIABLE = "PROOFLOAD_RELEASES_URL";

/** The address of one file of a package's release, on GitHub or on the mirror that PROOFLOAD_RELEASES_URL names. */
export function releaseUrl(env: Env, pkg: ToolPackage, file: string): URL {
  const base = releasesBase(env);
  const folder = base.pathname.replace(/\/+$/u, "");
  return new URL(`${folder}/${pkg.release.repository}/releases/download/v${pkg.version}/${file}`, base);
}

function releasesBase(env: Env): URL {
  const given = env.vars[VARIABLE];
  if (given === undefined || given === "") return new URL("https://github.com");
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") {
    const base = new URL("/", parsed);
    base.pathname = parsed.pathname;
    return base;
  }
  // The value is not shown: it may hold a password.
  throw usageError(
    "releases-url-wrong",
    `${VARIABLE} is no http or https address.`,
    `Set it to the mirror that stands in for https://github.com, for example https://mirror.example.com/github, or unset it.`,
  );
}
