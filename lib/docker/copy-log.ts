import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";

import type { DockerClient } from "./connect.ts";
import type { ContainerId } from "./engine.ts";

/** Copies a container's output until it ends or `signal` is aborted. A log that is cut off is shorter; nothing else depends on it, so this never rejects. */
export async function copyLog(docker: DockerClient, id: ContainerId, to: Writable, signal: AbortSignal): Promise<void> {
  try {
    const log = await docker.getContainer(id).logs({ follow: true, stdout: true, stderr: true, abortSignal: signal });
    docker.modem.demuxStream(log, to, to);
    await finished(log, { writable: false });
  } catch {
    // What was copied stays.
  }
}
