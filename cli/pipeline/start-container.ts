import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";

import { owe } from "../../chaos/owe.ts";
import { inTime } from "../../lib/deadline.ts";
import type { ContainerEnd, ContainerId, ContainerSpec, DockerEngine } from "../../lib/docker/index.ts";
import type { StackOptions } from "./stack-options.ts";

const STOP_GRACE_SECONDS = 3;
/** The news of its end, and the rest of its log, arrive right after a container's end. */
const TOLD_WITHIN_MS = 2000;
/** Three calls to the engine. */
export const CONTAINER_STARTS_SECONDS = 60;
/** Three calls, one of them with the container's grace, and the news of its end. */
export const CONTAINER_ENDS_SECONDS = 65;

/** A container that was started; `ended` says how, once it has. */
export interface StartedContainer {
  readonly logFile: string;
  readonly ended: () => string | null;
}

/** Creates and starts a container, which is removed at the end of the run, and by the guardian when this process dies. */
export async function startContainer(
  options: StackOptions,
  given: Pick<ContainerSpec, "name" | "image" | "args" | "env" | "ports"> & { readonly logFile: string },
): Promise<StartedContainer> {
  const { env, runId, journal, cleanup, folder } = options;
  const { name, logFile } = given;
  // Most runs have no container, and the client is large.
  const docker = await import("../../lib/docker/index.ts");
  const engine = await docker.createDockerEngine(env);
  const labels = { [docker.RUN_LABEL]: runId, [docker.PROCESS_LABEL]: name };
  const debt = owe(env, journal, { kind: "containers", process: name, engine: engine.address });
  const over = new AbortController();
  const running = { created: false, stop: async (): Promise<void> => undefined };
  cleanup.add(`container ${name} to be removed`, async () => {
    try {
      await running.stop();
    } finally {
      over.abort(new Error("the container is removed"));
      if (running.created) await docker.removeContainers(engine, labels);
      // The engine may be about to create what it was not waited for.
      else await docker.removeLateContainers(env.clock, engine, labels);
    }
    debt.paid();
  });
  const id = await engine.create({ ...given, name: `proofload-${runId}-${name}`, labels });
  running.created = true;
  debt.begun();
  const pid = await engine.start(id);
  const log = followLog(engine, id, { file: logFile, signal: over.signal });
  const watch = watchEnd(engine, { id, signal: over.signal }, (how) =>
    folder.emit({ type: "process-ended", process: name, how }),
  );
  running.stop = async () => {
    watch.stopping();
    await engine.stop(id, STOP_GRACE_SECONDS);
    await inTime(env.clock, Promise.all([watch.told, log]), TOLD_WITHIN_MS);
  };
  folder.emit({ type: "process-started", process: name, pid });
  return { logFile, ended: watch.ended };
}

interface Watch {
  /** From now on its end is ours. */
  readonly stopping: () => void;
  readonly ended: () => string | null;
  /** Resolves when its end was told, or is watched no more. */
  readonly told: Promise<void>;
}

interface Watched {
  readonly id: ContainerId;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

function watchEnd(engine: DockerEngine, { id, signal }: Watched, tell: (how: string) => void): Watch {
  const state: { stopping: boolean; how: string | null } = { stopping: false, how: null };
  const told = engine.waitForEnd(id, signal).then(
    (end) => {
      state.how = endText(end);
      tell(state.stopping ? "stopped" : state.how);
    },
    // It rejects with the signal's reason only.
    () => undefined,
  );
  return {
    stopping: () => {
      state.stopping = true;
    },
    ended: () => state.how,
    told,
  };
}

/** `exit code 1`; a container that ran out of memory is killed, and says no more than 137. */
function endText({ code, outOfMemory }: ContainerEnd): string {
  return `exit code ${code}${outOfMemory ? ", out of memory" : ""}`;
}

async function followLog(
  engine: DockerEngine,
  id: ContainerId,
  { file, signal }: { readonly file: string; readonly signal: AbortSignal },
): Promise<void> {
  const log = createWriteStream(file, { flags: "a" });
  // A full disk loses the log, and must not end the run.
  log.on("error", () => undefined);
  await engine.followLog(id, log, signal);
  log.end();
  await finished(log).catch(() => undefined);
}
