import { usageError } from "../../lib/errors.ts";

/** A service's address, in the parts that the files of a new project need. */
export interface ServiceAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly protocol: "http" | "https";
  /** HOST:PORT, the port always there. */
  readonly hostPort: string;
  /** Its path; empty for `/`. */
  readonly path: string;
}

const EXAMPLE = "Such as http://127.0.0.1:8080 or https://shop.example/api.";

/** Reads `--url`; what can't be a service's address is a usage error (exit code 2). */
export function readUrl(text: string): ServiceAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  // The password, if there is one, is not repeated.
  if (url !== null && (url.username !== "" || url.password !== "")) {
    throw usageError("bad-url", "--url: expected no user and no password: they would be written into files", EXAMPLE);
  }
  if (url === null || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) {
    throw usageError("bad-url", `--url: expected http://HOST:PORT or https://HOST, found '${text}'`, EXAMPLE);
  }
  if (!/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(url.hostname)) {
    throw usageError("bad-url", `--url: expected a host's name or address, found '${url.hostname}'`, EXAMPLE);
  }
  if (url.search !== "" || url.hash !== "" || /[?#]/.test(text)) {
    throw usageError("bad-url", `--url: expected no query and no fragment, found '${text}'`, EXAMPLE);
  }
  if (url.port === "0") throw usageError("bad-url", `--url: nothing answers on port 0, found '${text}'`, EXAMPLE);
  const protocol = url.protocol === "https:" ? "https" : "http";
  const path = url.pathname.replace(/\/+$/, "");
  return {
    url: `${url.origin}${path}`,
    protocol,
    hostPort: `${url.hostname}:${url.port || (protocol === "https" ? "443" : "80")}`,
    path,
  };
}
