import Docker from "dockerode";

import type { EngineAddress } from "./address.ts";

/** Its types don't say that `version` and `info` take options, as everything does. */
export type DockerClient = Docker & {
  version(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  info(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
};

/** A client of the engine there, that speaks this version of the API (its newest if left out). Every field is given, because docker-modem takes those that are missing from the variables of this process. */
export function connectDocker(where: EngineAddress, apiVersion?: string): DockerClient {
  const version = apiVersion === undefined ? {} : { version: `v${apiVersion}` };
  const plain = { protocol: "http" as const, ca: undefined, cert: undefined, key: undefined };
  const options =
    where.kind === "socket"
      ? { ...plain, ...version, host: undefined, port: undefined, socketPath: where.path }
      : { ...plain, ...version, host: where.host, port: where.port, socketPath: undefined };
  return new Docker(options);
}
