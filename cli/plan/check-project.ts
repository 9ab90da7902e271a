import { readSelector } from "../../gates/promql.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";

/** Checks what only shows once the placeholders of proofload.yaml are filled in; throws a usage error (exit code 2). */
export function checkProject(project: Project): void {
  const { service } = project.spec;
  checkUrl("spec.service.url", service.url);
  const requests = readSelector(service.requests);
  if (requests.kind === "refused") throw mistake("spec.service.requests", requests.message);
  for (const [name, process] of Object.entries(service.processes)) {
    checkUrl(`spec.service.processes.${name}.ready`, process.ready);
    if (process.metrics !== undefined) checkUrl(`spec.service.processes.${name}.metrics`, process.metrics);
  }
  for (const [name, proxy] of Object.entries(service.proxies)) {
    checkUrl(`spec.service.proxies.${name}.listen`, `http://${proxy.listen}`);
    checkUrl(`spec.service.proxies.${name}.upstream`, `http://${proxy.upstream}`);
  }
}

function checkUrl(path: string, url: string): void {
  // A port above 65535, a bracket that is not closed: only the parser knows.
  if (!URL.canParse(url)) throw mistake(path, `'${url}' is no address`);
}

function mistake(path: string, message: string): Error {
  return usageError("invalid-config", `proofload.yaml: ${path}: ${message}`);
}
