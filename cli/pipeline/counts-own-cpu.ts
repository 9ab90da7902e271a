import type { Project } from "../../lib/config/project.ts";

/**
 * Whether the CPU that the service uses on this machine is known to be the service's: its programs are started by the run
 * and stay below it, or the service is elsewhere. What a start command leaves behind, a container, or a service of somebody
 * else's on this machine looks like any other program.
 */
export function countsOwnCpu(service: Project["spec"]["service"]): boolean {
  const processes = Object.values(service.processes);
  if (processes.some(({ container, start }) => (container ?? start) !== undefined)) return false;
  if (processes.length === 0) return !isLocal(service.url);
  return processes.every(({ command, ready }) => command !== undefined || !isLocal(ready ?? service.url));
}

function isLocal(url: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
}
