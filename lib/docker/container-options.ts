import type { ContainerCreateOptions } from "dockerode";

import type { ContainerSpec } from "./engine.ts";

/** What the engine is asked for: every port on 127.0.0.1 only, nothing of this machine mounted, no restart by the engine. */
export function containerOptions(spec: ContainerSpec): ContainerCreateOptions {
  const ports = Object.entries(spec.ports);
  return {
    name: spec.name,
    Image: spec.image,
    ...(spec.args.length === 0 ? {} : { Cmd: [...spec.args] }),
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...spec.labels },
    Tty: false,
    ExposedPorts: Object.fromEntries(ports.map(([inside]) => [`${inside}/tcp`, {}])),
    HostConfig: {
      PortBindings: Object.fromEntries(
        ports.map(([inside, outside]) => [`${inside}/tcp`, [{ HostIp: "127.0.0.1", HostPort: outside }]]),
      ),
      RestartPolicy: { Name: "no" },
    },
  };
}
