import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Env } from "../env.ts";
import { ProofloadError } from "../errors.ts";

/** How an engine on this machine is reached. */
export type EngineAddress =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/**
 * Where the engine is, as DOCKER_HOST would say it: what DOCKER_HOST says, or else the first socket that is there of
 * those that engines usually have.
 */
export function engineAddress(env: Pick<Env, "vars" | "homeDir">): string {
  const { DOCKER_HOST: given, XDG_RUNTIME_DIR: runtimeDir } = env.vars;
  if (given !== undefined && given !== "") return given;
  const system = "/var/run/docker.sock";
  const own = [
    // An engine without root, and Docker Desktop.
    ...(runtimeDir === undefined || runtimeDir === "" ? [] : [join(runtimeDir, "docker.sock")]),
    join(env.homeDir, ".docker", "run", "docker.sock"),
  ];
  return `unix://${[system, ...own].find((path) => existsSync(path)) ?? system}`;
}

/** Reads an address as DOCKER_HOST has it; one that can't serve a run is an error (exit code 4). */
export function parseEngineAddress(address: string, vars: Env["vars"] = {}): EngineAddress {
  const [, scheme = "tcp", rest = ""] = /^(?:([a-z]+):\/\/)?(.*)$/.exec(address) ?? [];
  if (scheme === "unix") return { kind: "socket", path: rest };
  const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : null;
  if (!["tcp", "http"].includes(scheme) || url === null) throw unusable(address, "it is neither a socket nor tcp");
  // Its ports would be published there, and not on the 127.0.0.1 that the run looks at.
  if (!["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) throw unusable(address, "it is another machine");
  const { DOCKER_TLS_VERIFY: tls = "" } = vars;
  if (tls !== "" && tls !== "0") throw unusable(address, "it asks for TLS");
  return { kind: "tcp", host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port === "" ? 2375 : Number(url.port) };
}

function unusable(address: string, why: string): ProofloadError {
  return new ProofloadError({
    code: "docker-host",
    message: `containers of a run can't be on the engine at '${address}': ${why}`,
    hint: "Let DOCKER_HOST name an engine of this machine (unix:///…, tcp://127.0.0.1:PORT), or leave it out. A service elsewhere is given by its `url`, without `container`.",
    exitCode: 4,
  });
}
