import { execFileSync } from "node:child_process";
import { finished } from "node:stream/promises";
import { Readable } from "node:stream";

import Docker from "dockerode";
import { create } from "tar";

import { createDockerEngine } from "../../lib/docker/index.ts";
import { engineAddress, parseEngineAddress } from "../../lib/docker/address.ts";
import { createNodeEnv } from "../../lib/node-env.ts";

/** An image with this machine's Node as its entry point, and nothing else. */
export const NODE_IMAGE = "proofload-test-node:local";

/** Why tests with containers can't run here; null when they can. In CI that is a failure, and no reason to skip. */
export async function whyNoDocker(): Promise<string | null> {
  const env = createNodeEnv();
  if (env.platform !== "linux") return "the test's image is made of this machine's Node, which is no Linux program";
  try {
    await createDockerEngine(env);
    return null;
  } catch (error) {
    if (env.vars["CI"] === "true") throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes {@link NODE_IMAGE} of the Node that runs this and its libraries, on the engine at `address`: nothing is pulled. */
export async function buildNodeImage(address?: string): Promise<void> {
  const docker = dockerClient(address);
  const libraries = execFileSync("ldd", [process.execPath], { encoding: "utf8" }).match(/\/\S+/g) ?? [];
  const files = [process.execPath, ...libraries].map((path) => path.replace(/^\//, ""));
  // Names may be links: what they lead to is what counts.
  const tar = create({ cwd: "/", follow: true, portable: true }, files);
  const [repo = "", tag = ""] = NODE_IMAGE.split(":");
  const changes = [`ENTRYPOINT ["${process.execPath}"]`];
  const progress = await docker.importImage(Readable.from(tar), { repo, tag, changes });
  progress.resume();
  await finished(progress);
  await docker.getImage(NODE_IMAGE).inspect();
}

/** Takes {@link NODE_IMAGE} away again. */
export async function removeNodeImage(): Promise<void> {
  await dockerClient().getImage(NODE_IMAGE).remove({ force: true });
}

/** Names of the containers of a run, running or not. */
export async function containersOf(runId: string): Promise<readonly string[]> {
  const filters = { label: [`proofload.run=${runId}`] };
  const found = await dockerClient().listContainers({ all: true, filters });
  return found.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, "")));
}

function dockerClient(address?: string): Docker {
  const env = createNodeEnv();
  const where = parseEngineAddress(address ?? engineAddress(env), env.vars);
  return where.kind === "socket" ? new Docker({ socketPath: where.path }) : new Docker(where);
}
