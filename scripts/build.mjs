import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @type {import("esbuild").BuildOptions} */
const forNode = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  sourcemap: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};

/**
 * Builds dist/ (the tool, the guardian, the sample service) when a source is newer than the last build.
 * A clean build also removes what older builds left.
 * @param {{ clean?: boolean }} [options]
 */
export async function buildTool({ clean = false } = {}) {
  const record = join(root, "dist", ".sources");
  const sources = describeSources();
  if (!clean && existsSync(record) && readFileSync(record, "utf8") === sources) return;
  if (clean) rmSync(join(root, "dist"), { recursive: true, force: true });
  const { build } = await import("esbuild");
  await build({
    ...forNode,
    entryPoints: {
      proofload: "cli/proofload.ts",
      guardian: "cli/guardian.ts",
      "sample/api": "sample/api.ts",
      "sample/store": "sample/store.ts",
      "sample/supervisor": "sample/supervisor.ts",
    },
    outdir: "dist",
    // Verbs are loaded when they are called.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    // Beside esbuild: optional native parts of dockerode's ssh, which is not used.
    external: ["esbuild", "cpu-features", "*.node"],
    legalComments: "linked",
    // Bundled CommonJS packages ask for these.
    define: { __filename: "import.meta.filename", __dirname: "import.meta.dirname" },
    banner: {
      // Bundled CommonJS packages ask for Node's own modules by `require`.
      js: [
        "#!/usr/bin/env node",
        'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
      ].join("\n"),
    },
  });
  writeFileSync(record, sources);
}

/**
 * Runs scripts/NAME.ts in this process.
 * @param {string} name
 */
export async function runScript(name) {
  const { build } = await import("esbuild");
  const outfile = join(root, "node_modules", ".cache", "proofload", `${name}.mjs`);
  await build({ ...forNode, entryPoints: [`scripts/${name}.ts`], outfile, packages: "external" });
  await import(pathToFileURL(outfile).href);
}

/** A digest of names, sizes and times: what is built from it is as good as new while it stays the same. */
function describeSources() {
  const files = ["cli", "chaos", "gates", "lib", "reports", "sample"].flatMap((folder) => walk(folder));
  const lines = [...files, "package-lock.json", "scripts/build.mjs"].map((file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    return `${file} ${size} ${mtimeMs}`;
  });
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function walk(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(path);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [path];
  });
}
