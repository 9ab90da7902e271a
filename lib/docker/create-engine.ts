import { ProofloadError } from "../errors.ts";
import { engineAddress } from "./address.ts";
import { failed, statusOf } from "./ask.ts";
import { copyLog } from "./copy-log.ts";
import { containerOptions } from "./container-options.ts";
import type { ContainerEnd, ContainerId, DockerEngine } from "./engine.ts";
import { openEngine } from "./open-engine.ts";
import type { EngineEnv } from "./open-engine.ts";

/** Beside the grace that a container is given. */
const STOP_TAKES_MS = 20_000;
const GONE_WITHIN_MS = 20_000;
/** A wait that lost its connection is begun again after so long. */
const AGAIN_MS = 500;

/**
 * The Docker engine of this machine, or the one at `address` (as DOCKER_HOST has it). None that answers, or one whose API
 * is too old or too new, is an error (exit code 4). It has `answersWithinMs` to say who it is.
 */
export async function createDockerEngine(
  env: EngineEnv,
  address = engineAddress(env),
  answersWithinMs?: number,
): Promise<DockerEngine> {
  const { docker, ask, version, apiVersion } = await openEngine(env, address, answersWithinMs);
  const gone = (error: unknown): boolean => statusOf(error) === 404;

  const inspectEnd = async (id: ContainerId): Promise<ContainerEnd | null> => {
    try {
      const { State } = await ask("tell how a container is", (abortSignal) =>
        docker.getContainer(id).inspect({ abortSignal }),
      );
      return State.Running ? null : { code: State.ExitCode, outOfMemory: State.OOMKilled };
    } catch (error) {
      if (gone(error)) return { code: 137, outOfMemory: false };
      throw error;
    }
  };

  return {
    address,
    version,
    apiVersion,
    create: async (spec) => {
      try {
        const options = containerOptions(spec);
        const { id } = await ask("create a container", (abortSignal) =>
          docker.createContainer({ ...options, abortSignal }),
        );
        return id as ContainerId;
      } catch (error) {
        if (!gone(error)) throw error;
        throw new ProofloadError({
          code: "no-image",
          message: `the Docker engine at ${address} has no image '${spec.image}'`,
          hint: `A run pulls nothing. Get it before: docker pull ${spec.image} (or docker build --tag ${spec.image} …).`,
          exitCode: 4,
        });
      }
    },
    start: async (id) => {
      await ask("start a container", (abortSignal) => docker.getContainer(id).start({ abortSignal }));
      const { State } = await ask("tell how a container is", (abortSignal) =>
        docker.getContainer(id).inspect({ abortSignal }),
      );
      return State.Pid;
    },
    waitForEnd: async (id, signal) => {
      for (;;) {
        signal.throwIfAborted();
        try {
          await docker.getContainer(id).wait({ abortSignal: signal });
          const end = await inspectEnd(id);
          if (end !== null) return end;
        } catch {
          signal.throwIfAborted();
          // The engine was restarted, or the container removed: what is true now is asked for.
          const end = await inspectEnd(id).catch(() => null);
          if (end !== null) return end;
          await env.clock.sleep(AGAIN_MS, signal);
        }
      }
    },
    followLog: (id, to, signal) => copyLog(docker, id, to, signal),
    stop: async (id, graceSeconds) => {
      const timeoutMs = STOP_TAKES_MS + graceSeconds * 1000;
      const stop = (abortSignal: AbortSignal): Promise<unknown> =>
        docker.getContainer(id).stop({ t: graceSeconds, abortSignal });
      await ask("stop a container", stop, timeoutMs).catch((error: unknown) => {
        // 304: it had ended.
        if (!gone(error) && statusOf(error) !== 304) throw error;
      });
    },
    remove: async (id) => {
      const remove = (abortSignal: AbortSignal): Promise<unknown> =>
        docker.getContainer(id).remove({ force: true, v: true, abortSignal });
      await ask("remove a container", remove).catch(async (error: unknown) => {
        // 409: somebody else is removing it just now.
        if (statusOf(error) === 409) await untilGone(id);
        else if (!gone(error)) throw error;
      });
    },
    find: async (labels) => {
      const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const list = await ask("list containers", (abortSignal) =>
        docker.listContainers({ all: true, filters: { label }, abortSignal }),
      );
      return list.map(({ Id }) => Id as ContainerId);
    },
    listRunning: async () => {
      const list = await ask("list containers", (abortSignal) => docker.listContainers({ abortSignal }));
      return list.map(({ Id, Names, Labels }) => ({
        id: Id as ContainerId,
        name: (Names[0] ?? Id).replace(/^\//, ""),
        labels: Labels,
      }));
    },
  };

  async function untilGone(id: ContainerId): Promise<void> {
    const giveUpAt = env.clock.monotonicMs() + GONE_WITHIN_MS;
    while (env.clock.monotonicMs() < giveUpAt) {
      try {
        await ask("tell how a container is", (abortSignal) => docker.getContainer(id).inspect({ abortSignal }));
      } catch (error) {
        if (gone(error)) return;
        throw error;
      }
      await env.clock.sleep(100);
    }
    throw failed(address, "remove a container", "it is still there");
  }
}
