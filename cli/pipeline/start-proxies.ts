import { join } from "node:path";

import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import type { StackOptions } from "./stack-options.ts";
import { startTool, toolPath } from "./start-tool.ts";

/** Starts Toxiproxy with the service's proxies, if it has any. `address` (HOST:PORT) is where its API listens. */
export async function startProxies(options: StackOptions, address: string): Promise<void> {
  const { env, project, folder } = options;
  const proxies = Object.entries(project.spec.service.proxies);
  if (proxies.length === 0) return;
  const { hostname, port } = new URL(`http://${address}`);
  await startTool(options, {
    name: "toxiproxy",
    argv: [toolPath(options.tools, "toxiproxy"), "-host", hostname, "-port", port],
    // Else it writes several lines for each connection.
    vars: { LOG_LEVEL: "warn" },
    logFile: join(folder.dir, "toxiproxy.log"),
    readyUrl: `http://${address}/version`,
  });
  const client = createToxiproxyClient(env, `http://${address}`);
  for (const [name, { listen, upstream }] of proxies) await client.createProxy({ name, listen, upstream });
}
