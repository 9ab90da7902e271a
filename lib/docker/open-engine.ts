import { z } from "zod";

import type { Env } from "../env.ts";
import { parseEngineAddress } from "./address.ts";
import { negotiateApiVersion } from "./api-version.ts";
import { createAsk, noEngine } from "./ask.ts";
import type { Ask } from "./ask.ts";
import { connectDocker } from "./connect.ts";
import type { DockerClient } from "./connect.ts";

const versionSchema = z.object({ Version: z.string(), ApiVersion: z.string(), MinAPIVersion: z.string().optional() });

export type EngineEnv = Pick<Env, "vars" | "homeDir" | "clock">;

/** A connection to an engine: the client, and how it is asked. */
export interface OpenEngine {
  readonly docker: DockerClient;
  readonly ask: Ask;
  readonly address: string;
  readonly version: string;
  /** The API version that is spoken with it. */
  readonly apiVersion: string;
}

/** Connects to the engine at `address` (as DOCKER_HOST has it), in an API version that both speak; throws as {@link createDockerEngine} does. */
export async function openEngine(env: EngineEnv, address: string, answersWithinMs?: number): Promise<OpenEngine> {
  const where = parseEngineAddress(address, env.vars);
  const ask = createAsk(env, address);
  const told = versionSchema.safeParse(
    await ask("tell its version", (signal) => connectDocker(where).version({ abortSignal: signal }), answersWithinMs),
  );
  if (!told.success) throw noEngine(address, "what answers there is no Docker engine");
  const { Version: version, ApiVersion: newest, MinAPIVersion: oldest = "1.0" } = told.data;
  const apiVersion = negotiateApiVersion({ newest, oldest });
  if (apiVersion === null) throw noEngine(address, `its API ${oldest} to ${newest} is none that proofload speaks`);
  return { docker: connectDocker(where, apiVersion), ask, address, version, apiVersion };
}
