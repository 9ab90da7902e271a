import type { Clock } from "../env.ts";
import type { DockerEngine } from "./engine.ts";

/** Removes every container with all of these labels; answers how many there were. */
export async function removeContainers(
  engine: DockerEngine,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const found = await engine.find(labels);
  for (const id of found) await engine.remove(id);
  return found.length;
}

/** A container that the engine was still creating when nobody waited for it any more appears within this. */
const APPEARS_WITHIN_MS = 1000;

/** The same where one may still appear, because nobody knows how its creation ended: then it is looked for again. */
export async function removeLateContainers(
  clock: Pick<Clock, "sleep">,
  engine: DockerEngine,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  if ((await removeContainers(engine, labels)) > 0) return;
  await clock.sleep(APPEARS_WITHIN_MS);
  await removeContainers(engine, labels);
}
