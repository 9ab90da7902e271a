import { ownProxies } from "../../lib/config/project.ts";
import type { Check, CheckedProject } from "./check.ts";
import { bad, ok } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** A run's programs can listen on 127.0.0.1, and the ports that proofload.yaml fixes are free. */
export const checkPorts: Check = {
  name: "ports",
  examine: async ({ machine, project }) => {
    const why = await machine.whyNotBound(0);
    if (why !== null) {
      return [
        bad("ports", `nothing can listen on 127.0.0.1: ${why}`, "Bring up the loopback device: ip link set lo up"),
      ];
    }
    const fixed = project === null ? [] : fixedPorts(project);
    const findings = await Promise.all(
      fixed.map(async ({ port, path }): Promise<readonly Finding[]> => {
        const taken = await machine.whyNotBound(port);
        if (taken === null) return [];
        const cause = `port ${port} of 127.0.0.1, which ${path} asks for, can't be had: ${taken}`;
        return [bad("ports", cause, `Stop what uses it, or write \${port.NAME} in its place for one that is free.`)];
      }),
    );
    const taken = findings.flat();
    const free = fixed.length === 0 ? "" : `, ${fixed.map(({ port }) => port).join(", ")} among them`;
    return taken.length > 0 ? taken : [ok("ports", `127.0.0.1 has free ports${free}`)];
  },
};

interface FixedPort {
  readonly port: number;
  readonly path: string;
}

/** Ports that something of the run is going to listen on, as far as they are written as numbers; each once. */
function fixedPorts({ written }: CheckedProject): readonly FixedPort[] {
  const { processes } = written.spec.service;
  const found = [
    ...Object.entries(ownProxies(written.spec.service)).map(([name, { listen }]) => ({
      text: listen,
      path: `spec.service.proxies.${name}.listen`,
    })),
    ...Object.entries(processes).flatMap(([name, { command, container, ready, metrics }]) => {
      const path = `spec.service.processes.${name}`;
      const ports = Object.values(container?.ports ?? {}).map((port) => ({
        text: `:${port}`,
        path: `${path}.container`,
      }));
      const answers = command === undefined ? [] : Object.entries({ ready, metrics });
      return [
        ...ports,
        ...answers.flatMap(([key, url]) => (url === undefined ? [] : [{ text: local(url), path: `${path}.${key}` }])),
      ];
    }),
  ].flatMap(({ text, path }) => {
    const port = /:(\d{1,5})$/.exec(text)?.[1];
    return port === undefined || Number(port) === 0 || Number(port) > 65_535 ? [] : [{ port: Number(port), path }];
  });
  return found.filter(({ port }, index) => found.findIndex((other) => other.port === port) === index);
}

/** HOST:PORT of a URL on this machine. */
function local(url: string): string {
  return /^https?:\/\/((?:127\.0\.0\.1|localhost):\d+)(?:\/|$)/.exec(url)?.[1] ?? "";
}
