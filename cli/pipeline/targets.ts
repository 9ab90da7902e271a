import type { Target } from "../../chaos/target.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";

/** The processes and proxies that opted in to faults in proofload.yaml; a reference that names nothing is an error (exit code 2). Containers are found when a fault is for them. */
export function targetsOf(project: Project, toxiproxyUrl: string): readonly Target[] {
  return project.spec.targets.flatMap((ref) =>
    namesContainer(project, ref) ? [] : [targetOf(project, ref, toxiproxyUrl)],
  );
}

function namesContainer({ spec: { service } }: Project, ref: string): boolean {
  const [kind, name = ""] = ref.split("/");
  return kind === "container" && (service.containers[name] ?? service.processes[name]?.container) !== undefined;
}

function targetOf(project: Project, ref: string, apiUrl: string): Target {
  const { processes, proxies, url } = project.spec.service;
  const [kind, name = ""] = ref.split("/");
  const proxy = proxies[name];
  if (kind === "proxy" && proxy !== undefined) {
    return {
      kind,
      name,
      apiUrl: proxy.toxiproxy ?? apiUrl,
      proxyName: name,
      probeUrl: `http://${proxy.listen}${proxy.probe}`,
      directUrl: `http://${proxy.upstream}${proxy.probe}`,
    };
  }
  const process = processes[name];
  if (kind === "process" && process !== undefined) {
    if (process.pidFile !== undefined) return { kind, name, pidFile: process.pidFile, readyUrl: process.ready ?? url };
    throw usageError(
      "no-pid-file",
      `target ${ref}: process ${name} has no pidFile`,
      "Say in proofload.yaml where its pid is written.",
    );
  }
  throw usageError(
    "unknown-target",
    `proofload.yaml: spec.targets: '${ref}' names no process/NAME, proxy/NAME or container/NAME of spec.service`,
  );
}
