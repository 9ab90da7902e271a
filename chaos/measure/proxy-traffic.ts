import { readText } from "../../lib/machine/read-text.ts";
import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import type { FaultWorld, Traffic } from "../fault.ts";
import type { ProxyTarget } from "../toxic-fault.ts";

/** TCP_ESTABLISHED in /proc/net/tcp, see proc(5). */
const ESTABLISHED = "01";

/**
 * What has passed a proxy so far; null where that can't be told: a Toxiproxy without its flag `-proxy-metrics`, or no /proc. Its counters grow only
 * when a connection ends, so those that are open are counted, too: a service may keep the same ones for hours.
 */
export async function proxyTraffic({ env }: FaultWorld, target: ProxyTarget): Promise<Traffic | null> {
  const bytes = await createToxiproxyClient(env, target.apiUrl).receivedBytes(target.proxyName);
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => readText(path) ?? []);
  if (bytes === null || tables.length === 0) return null;
  const port = Number(new URL(target.probeUrl).port || 80);
  return { bytes, connections: tables.reduce((sum, table) => sum + countEstablished(table, port), 0) };
}

/** How many connections to a local port are established, by the text of /proc/net/tcp. */
export function countEstablished(table: string, port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").filter((line) => {
    const [, address = "", , state] = line.trim().split(/\s+/);
    return address.endsWith(local) && state === ESTABLISHED;
  }).length;
}
