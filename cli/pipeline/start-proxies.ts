import { join } from "node:path";

import { ownProxies } from "../../lib/config/project.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import type { StackOptions } from "./stack-options.ts";
import { startTool, toolPath } from "./start-tool.ts";

/** Starts Toxiproxy with the service's proxies, if it has any of its own, and looks for those that are somebody else's. `address` (HOST:PORT) is where its API listens. */
export async function startProxies(options: StackOptions, address: string): Promise<void> {
  const { env, project, folder } = options;
  await checkGivenProxies(options);
  const proxies = Object.entries(ownProxies(project.spec.service));
  if (proxies.length === 0) return;
  const { hostname, port } = new URL(`http://${address}`);
  await startTool(options, {
    name: "toxiproxy",
    argv: [toolPath(options.tools, "toxiproxy"), "-host", hostname, "-port", port, "-proxy-metrics"],
    // Else it writes several lines for each connection.
    vars: { LOG_LEVEL: "warn" },
    logFile: join(folder.dir, "toxiproxy.log"),
    readyUrl: `http://${address}/version`,
  });
  const client = createToxiproxyClient(env, `http://${address}`);
  for (const [name, { listen, upstream }] of proxies) await client.createProxy({ name, listen, upstream });
}

async function checkGivenProxies({ env, project }: StackOptions): Promise<void> {
  for (const [name, { toxiproxy, listen }] of Object.entries(project.spec.service.proxies)) {
    if (toxiproxy === undefined) continue;
    const there = await createToxiproxyClient(env, toxiproxy).getProxy(name);
    if (there?.enabled === true) continue;
    throw new ProofloadError({
      code: "no-proxy",
      message: `the Toxiproxy at ${toxiproxy} has no enabled proxy '${name}'`,
      hint: `Make it there (listen ${listen}), or leave spec.service.proxies.${name}.toxiproxy out: then the run makes its own.`,
      exitCode: 4,
    });
  }
}
