import { engineAddress } from "../../lib/docker/address.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import type { Check } from "./check.ts";
import { bad, ok } from "./finding.ts";

/** Within the time of a check, so that an engine which hangs is told as what it is. */
const ANSWERS_WITHIN_MS = 5000;

/** Where proofload.yaml has containers, an engine answers that can run them. */
export const checkDocker: Check = {
  name: "docker",
  examine: async ({ env, project }) => {
    const processes = Object.values(project?.filled.spec.service.processes ?? {});
    if (processes.every(({ container }) => container === undefined)) return [];
    try {
      // Its client is big: only who needs it waits for it.
      const { createDockerEngine } = await import("../../lib/docker/create-engine.ts");
      const { version, apiVersion, address } = await createDockerEngine(env, engineAddress(env), ANSWERS_WITHIN_MS);
      return [ok("docker", `engine ${version} (API ${apiVersion}) at ${address}`)];
    } catch (error) {
      const hint = error instanceof ProofloadError ? error.hint : undefined;
      return [bad("docker", messageOf(error), hint ?? "Start the Docker engine, or let DOCKER_HOST say where it is.")];
    }
  },
};
