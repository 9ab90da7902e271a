import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import type { Message, PartialMessage, Plugin } from "esbuild";

import { ProofloadError } from "../errors.ts";

export interface BundleOptions {
  /** The scenario: absolute path of a TypeScript or JavaScript file. */
  readonly file: string;
  /** Where the bundle goes; its source map goes beside it. */
  readonly outFile: string;
  /** The folder of the proofload package, which holds the kit. */
  readonly packageDir: string;
}

/** What a scenario imports the kit by, wherever it lives. */
const KIT_IMPORT = "proofload/kit";
/** The name of the stub that k6 runs in place of the scenario, as stacks show it. */
const STUB_NAME = "proofload-entry.js";
const OPEN_MODULE = "proofload-open";

/**
 * Bundles a scenario for k6 behind a stub that adds the kit's options, phase tags and summary, with its source map beside it. A mistake in
 * the scenario (syntax, an import that leads nowhere, no default export) is an error with file and line (exit code 2).
 */
export async function bundleScenario(options: BundleOptions): Promise<void> {
  const { file, outFile } = options;
  // Loaded when it is needed: it is the slowest import of all.
  const { build } = await import("esbuild");
  const { warnings } = await build({
    stdin: { contents: stubOf(options), resolveDir: dirname(file), sourcefile: STUB_NAME, loader: "js" },
    outfile: outFile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    // Without these a neutral platform finds no package that has only a "main".
    mainFields: ["module", "main"],
    target: "es2022",
    // Names stay as they were written, so that thresholds can be checked against them.
    charset: "utf8",
    external: ["k6", "k6/*"],
    inject: [OPEN_MODULE],
    plugins: [scenarioImports(options)],
    sourcemap: true,
    logLevel: "silent",
  }).catch((error: unknown) => {
    throw badScenario(buildMessage(error, file), undefined, error);
  });
  const missing = warnings.some(({ id, text }) => id === "import-is-undefined" && text.includes('"default"'));
  if (missing) {
    throw badScenario(
      `${file} does not export default`,
      "Export a function, what one iteration does: `export default function () { … }`.",
    );
  }
  await nameSourcesWhole(`${outFile}.map`);
}

/** What k6 runs: the scenario, its three well-known exports wrapped by the kit. */
function stubOf({ file, packageDir }: BundleOptions): string {
  const scenario = JSON.stringify(file);
  return [
    `import * as scenario from ${scenario};`,
    `import { finishOptions, wrapIteration, wrapSummary } from ${JSON.stringify(join(packageDir, "scenarios/kit/entry.ts"))};`,
    `export * from ${scenario};`,
    "export const options = finishOptions(scenario.options);",
    "export default wrapIteration(scenario.default);",
    "export const handleSummary = wrapSummary(scenario.handleSummary);",
  ].join("\n");
}

/** Finds the kit from anywhere, keeps `open()` relative to the scenario, and refuses what k6 would fetch from the network. */
function scenarioImports({ file, packageDir }: BundleOptions): Plugin {
  return {
    name: "proofload",
    setup(build) {
      build.onResolve({ filter: /^proofload\/kit$/ }, () => ({ path: join(packageDir, "scenarios/kit/index.ts") }));
      build.onResolve({ filter: /^https?:/ }, ({ path }) =>
        refused(`${path} would be fetched over the network`, REMOTE),
      );
      build.onResolve({ filter: /^k6\/x\// }, ({ path }) => refused(`${path} is an extension of k6`, EXTENSION));
      build.onResolve({ filter: /^proofload-open$/ }, () => ({
        path: OPEN_MODULE,
        namespace: OPEN_MODULE,
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: OPEN_MODULE }, () => ({ contents: openOf(dirname(file)), loader: "js" }));
    },
  };
}

/** k6 opens files relative to the script it runs, and that is the bundle. */
function openOf(folder: string): string {
  return [
    "const openFile = globalThis.open;",
    `const folder = ${JSON.stringify(`${folder}/`)};`,
    "export const open = (path, mode) =>",
    "  openFile(/^(?:[/\\\\]|[A-Za-z]:|file:)/.test(path) ? path : folder + path, ...(mode === undefined ? [] : [mode]));",
  ].join("\n");
}

const REMOTE = "copy it into the repository, or install it as a package, so that every run has the same code";
const EXTENSION = `only what k6 has built in can be used, and what ${KIT_IMPORT} exports`;

function refused(what: string, cure: string): { readonly errors: PartialMessage[] } {
  return { errors: [{ text: `${what}: ${cure}` }] };
}

/** Sources by their whole address: the bundle is moved, and what is relative would then name nothing. */
async function nameSourcesWhole(mapFile: string): Promise<void> {
  const map = JSON.parse(await readFile(mapFile, "utf8")) as { sources: readonly string[] };
  const sources = map.sources.map((source) => pathToFileURL(resolve(dirname(mapFile), source)).href);
  await writeFile(mapFile, JSON.stringify({ ...map, sources }));
}

function badScenario(message: string, hint?: string, cause?: unknown): ProofloadError {
  return new ProofloadError({
    code: "bad-scenario",
    message,
    exitCode: 2,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function buildMessage(error: unknown, file: string): string {
  const errors = (error as { errors?: readonly Message[] }).errors ?? [];
  if (errors.length === 0) return `${file}: ${String(error)}`;
  return errors
    .map(({ text, location }) =>
      location === null ? `${file}: ${text}` : `${location.file}:${location.line}: ${text}`,
    )
    .join("\n");
}
