import type { Env } from "../env.ts";
import { entryOf, type ToolName } from "./catalog/index.ts";
import { lookForTool } from "./look.ts";
import { refuseWindows } from "./platform.ts";
import type { ToolLook } from "./tool.ts";
import { openVersionMemory } from "./version-memory.ts";

/** Looks for tools where they may be already and fetches nothing; answers in the order of `names`. */
export async function findTools(
  env: Env,
  names: readonly ToolName[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<readonly ToolLook[]> {
  refuseWindows(env);
  const signal = options.signal ?? new AbortController().signal;
  const memory = await openVersionMemory(env);
  const looks = await Promise.all(names.map((name) => lookForTool(env, { entry: entryOf(name), memory, signal })));
  await memory.save();
  return looks;
}
