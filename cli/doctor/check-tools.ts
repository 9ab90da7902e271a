import { describeSource, findTools } from "../../lib/tools/index.ts";
import type { ToolLook, ToolName } from "../../lib/tools/index.ts";
import { stackTools } from "../pipeline/stack-tools.ts";
import type { Check, CheckedProject } from "./check.ts";
import { bad, ok } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** The outside programs that this project's runs start are here. Nothing is fetched. */
export const checkTools: Check = {
  name: "tools",
  examine: async ({ env, project, signal }) =>
    (await findTools(env, toolsOf(project), { signal })).map((look) => findingOf(look)),
};

/** Which programs the runs of a project start; without a project, whichever any may. */
export function toolsOf(project: CheckedProject | null): readonly ToolName[] {
  if (project === null) return ["k6", "prometheus", "toxiproxy"];
  return ["k6", ...stackTools(project.filled)];
}

function findingOf(look: ToolLook): Finding {
  if (look.kind === "found") return ok(look.tool.name, `${look.tool.version} at ${look.tool.path}`);
  const explicit = look.failures.find(({ source }) => source.kind === "explicit");
  if (explicit !== undefined) {
    const cause = `${describeSource(explicit.source)}: ${explicit.reason}`;
    return bad(look.name, cause, explicit.cure ?? `Set it to ${look.name}'s path, or unset it.`);
  }
  const found = look.failures.map(({ source, reason }) => `${describeSource(source)}: ${reason}`).join("; ");
  const cause = `not on this machine${found === "" ? "" : ` (${found})`}; a run would try to fetch it`;
  return bad(look.name, cause, `proofload tools install ${look.name}`);
}
