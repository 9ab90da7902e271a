import { readSelector } from "../../gates/promql/selector.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";

/** Checks what only shows once the placeholders of proofload.yaml are filled in; throws a usage error (exit code 2). */
export function checkProject(project: Project): void {
  const { service, prometheus, outputs } = project.spec;
  checkUrl("spec.service.url", service.url);
  if (service.requests !== undefined) {
    const requests = readSelector(service.requests);
    if (requests.kind === "refused") throw mistake("spec.service.requests", requests.message);
  }
  for (const [name, { ready, metrics, container }] of Object.entries(service.processes)) {
    const path = `spec.service.processes.${name}`;
    if (ready !== undefined) checkUrl(`${path}.ready`, ready);
    if (metrics !== undefined) checkUrl(`${path}.metrics`, metrics);
    for (const [inside, outside] of Object.entries(container?.ports ?? {})) {
      checkPort(`${path}.container.ports`, inside);
      checkPort(`${path}.container.ports.${inside}`, outside);
    }
  }
  for (const [name, proxy] of Object.entries(service.proxies)) {
    checkUrl(`spec.service.proxies.${name}.listen`, `http://${proxy.listen}`);
    checkUrl(`spec.service.proxies.${name}.upstream`, `http://${proxy.upstream}`);
    if (proxy.toxiproxy !== undefined) checkUrl(`spec.service.proxies.${name}.toxiproxy`, proxy.toxiproxy);
  }
  if (prometheus.url !== undefined) checkUrl("spec.prometheus.url", prometheus.url);
  const { openTelemetry } = outputs;
  if (openTelemetry !== undefined) checkUrl("spec.outputs.openTelemetry.endpoint", `http://${openTelemetry.endpoint}`);
}

function checkUrl(path: string, url: string): void {
  // A port above 65535, a bracket that is not closed: only the parser knows.
  if (!URL.canParse(url)) throw mistake(path, `'${url}' is no address`);
}

function checkPort(path: string, port: string): void {
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) throw mistake(path, `'${port}' is no port`);
}

function mistake(path: string, message: string): Error {
  return usageError("invalid-config", `proofload.yaml: ${path}: ${message}`);
}
