import { createNodeEnv } from "../lib/node-env.ts";
import { ensureTools, type ToolName } from "../lib/tools/index.ts";

/** The path of a program that the checks run: found, or fetched into proofload's cache; throws with what was tried. */
export async function toolPath(name: ToolName): Promise<string> {
  const tools = await ensureTools(createNodeEnv(), [name], {
    signal: AbortSignal.timeout(15 * 60_000),
    onProgress: ({ source, step }) => {
      if (step.kind === "trying") process.stderr.write(`${name}: ${source.kind} ${source.detail}\n`);
    },
  });
  const tool = tools.get(name);
  if (tool === undefined) throw new TypeError(`no ${name}`);
  return tool.path;
}
