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
