import { ownProxies } from "../../lib/config/project.ts";
import type { Project } from "../../lib/config/project.ts";
import type { ToolName } from "../../lib/tools/index.ts";

/** The outside programs that are started for a project's service to be measured and broken: none for what is there already. */
export function stackTools({ spec: { service, prometheus } }: Project): readonly ToolName[] {
  return [
    ...(prometheus.url === undefined ? (["prometheus"] as const) : []),
    ...(Object.keys(ownProxies(service)).length > 0 ? (["toxiproxy"] as const) : []),
  ];
}
