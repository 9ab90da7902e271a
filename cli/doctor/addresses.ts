import { isStartedByRun } from "../../lib/config/project.ts";
import type { CheckedProject } from "./check.ts";

/** Something that answers before a run begins, because somebody else runs it. */
export interface RunningService {
  readonly name: string;
  readonly url: string;
}

/** What of the service has to be there already: the parts that no run starts. */
export function runningServices({ filled }: CheckedProject): readonly RunningService[] {
  const { url, processes, proxies } = filled.spec.service;
  // Nothing listens there before the run.
  const isProxied = (address: string): boolean =>
    Object.values(proxies).some(({ listen }) => new URL(address).host === new URL(`http://${listen}`).host);
  const parts = Object.entries(processes).flatMap(([name, process]) =>
    isStartedByRun(process) ? [] : [{ name, url: process.ready ?? url }],
  );
  const all = Object.keys(processes).length === 0 ? [{ name: filled.metadata.name, url }] : parts;
  return all.filter((service) => !isProxied(service.url));
}
