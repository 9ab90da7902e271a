import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { ProofloadError } from "../errors.ts";

/** What k6 needs of a scenario, and what the runner needs. */
const NEEDED_EXPORTS = [
  ["default", "export a function: what one iteration does"],
  [
    "handleSummary",
    'add `export { handleSummary } from "./kit/summary.ts"`: without it nobody knows what load was offered',
  ],
] as const;

/** Bundles a TypeScript scenario for k6, with its source map beside it; a mistake is an error with file and line (exit code 2). */
export async function bundleScenario(file: string, outFile: string): Promise<void> {
  // Loaded when it is needed: it is the slowest import of all.
  const { build } = await import("esbuild");
  let exported: readonly string[];
  try {
    const { metafile } = await build({
      entryPoints: [file],
      outfile: outFile,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      external: ["k6", "k6/*"],
      sourcemap: true,
      metafile: true,
      logLevel: "silent",
    });
    exported = Object.values(metafile.outputs).flatMap((output) => output.exports);
  } catch (error) {
    throw new ProofloadError({ code: "bad-scenario", message: buildMessage(error, file), cause: error, exitCode: 2 });
  }
  for (const [name, cure] of NEEDED_EXPORTS) {
    if (exported.includes(name)) continue;
    throw new ProofloadError({
      code: "bad-scenario",
      message: `${file} does not export ${name}`,
      hint: cure,
      exitCode: 2,
    });
  }
  await nameSourcesWhole(`${outFile}.map`);
}

/** Sources by their whole address: the bundle is moved, and what is relative would then name nothing. */
async function nameSourcesWhole(mapFile: string): Promise<void> {
  const map = JSON.parse(await readFile(mapFile, "utf8")) as { sources: readonly string[] };
  const sources = map.sources.map((source) => pathToFileURL(resolve(dirname(mapFile), source)).href);
  await writeFile(mapFile, JSON.stringify({ ...map, sources }));
}

interface BuildError {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function buildMessage(error: unknown, file: string): string {
  const errors = (error as { errors?: readonly BuildError[] }).errors ?? [];
  if (errors.length === 0) return `${file}: ${String(error)}`;
  return errors
    .map(({ text, location }) =>
      location === null ? `${file}: ${text}` : `${location.file}:${location.line}: ${text}`,
    )
    .join("\n");
}
