import type { Env } from "../env.ts";
import { CATALOG, entryOf, type ToolName } from "./catalog/index.ts";
import { explicitPathError, missingToolsError, type MissingTool } from "./describe-missing.ts";
import { fetchPackage, type FetchOptions } from "./fetch-package.ts";
import { lookForTool } from "./look.ts";
import { refuseWindows } from "./platform.ts";
import type { ToolPackage } from "./tool-package.ts";
import type { Tool, ToolProgress } from "./tool.ts";
import { openVersionMemory } from "./version-memory.ts";

export interface EnsureOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ToolProgress) => void;
}

/** Finds tools and fetches those that are nowhere; throws with everything that was tried (code 4), or for a wrong variable (code 2). */
export async function ensureTools(
  env: Env,
  names: readonly ToolName[],
  options: EnsureOptions,
): Promise<ReadonlyMap<ToolName, Tool>> {
  refuseWindows(env);
  const { signal } = options;
  signal.throwIfAborted();
  const memory = await openVersionMemory(env);
  try {
    const wanted = [...new Set(names)];
    const looks = await Promise.all(wanted.map((name) => lookForTool(env, { entry: entryOf(name), memory, signal })));
    const found = looks.flatMap((look) => (look.kind === "found" ? [look.tool] : []));
    const missing = looks.flatMap((look) => (look.kind === "missing" ? [look] : []));
    const wrong = missing.filter(({ failures }) => failures.some(({ source }) => source.kind === "explicit"));
    if (wrong.length > 0) throw explicitPathError(wrong);
    const fetched = await fetchMissing(env, missing, { ...options, memory });
    const tools = new Map([...found, ...fetched].map((tool) => [tool.name, tool]));
    return new Map(wanted.flatMap((name) => [...tools].filter(([found]) => found === name)));
  } finally {
    await memory.save();
  }
}

/** Fetches each package that a missing tool comes in, side by side; every one is given its chance before any failure is told. */
async function fetchMissing(
  env: Env,
  missing: readonly MissingTool[],
  options: Omit<FetchOptions, "names">,
): Promise<readonly Tool[]> {
  const packages: readonly ToolPackage<ToolName>[] = CATALOG.filter((pkg) =>
    missing.some(({ name }) => entryOf(name).pkg === pkg),
  );
  const settled = await Promise.allSettled(
    packages.map(async (pkg) => {
      const inPackage = missing.filter(({ name }) => entryOf(name).pkg === pkg);
      const names = inPackage.map(({ name }) => name);
      const result = await fetchPackage(env, pkg, { ...options, names });
      return { result, inPackage };
    }),
  );
  options.signal.throwIfAborted();
  const thrown = settled.find((outcome) => outcome.status === "rejected");
  if (thrown !== undefined) throw thrown.reason;
  const outcomes = settled.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failed = outcomes.flatMap(({ result, inPackage }) =>
    result.kind === "failed"
      ? inPackage.map(({ name, failures }) => ({ name, failures: [...failures, ...result.failures] }))
      : [],
  );
  if (failed.length > 0) throw missingToolsError(failed);
  return outcomes.flatMap(({ result }) => (result.kind === "fetched" ? result.tools : []));
}
