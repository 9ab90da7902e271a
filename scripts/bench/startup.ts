import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { medianAbsoluteDeviation, median } from "simple-statistics";
import { $ } from "zx";

const ROUNDS = 15;

const BUNDLE = `import { build } from "esbuild";
await build({ entryPoints: ["scenarios/ci.ts"], outfile: process.argv[1], bundle: true, format: "esm",
  platform: "neutral", target: "es2022", external: ["k6", "k6/*"], sourcemap: true });`;

/** Start-up of the tool and bundling of a scenario, as ratios to `node -e 0`, measured in turns within each round. */
export async function startupBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const node = process.execPath;
  const commands: readonly (readonly [name: string, argv: readonly string[]])[] = [
    ["node -e 0", [node, "-e", "0"]],
    ["proofload --version", [node, "dist/proofload.js", "--version"]],
    ["proofload report --help", [node, "dist/proofload.js", "report", "--help"]],
    ["bundling scenarios/ci.ts", [node, "--input-type=module", "-e", BUNDLE, join(dir, "ci.js")]],
    ["proofload demo --dry-run", [node, "dist/proofload.js", "demo", "--dry-run"]],
  ];
  try {
    const ratios = new Map<string, number[]>(commands.map(([name]) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      let base = 0;
      for (const [name, argv] of commands) {
        const start = performance.now();
        await $({ quiet: true })`${argv}`;
        const elapsed = performance.now() - start;
        if (base === 0) base = elapsed;
        ratios.get(name)?.push(elapsed / base);
      }
    }
    console.log(`ratio to \`node -e 0\`, median of ${ROUNDS} rounds (± median absolute deviation)`);
    for (const [name, values] of ratios) {
      console.log(`${median(values).toFixed(2).padStart(6)} ± ${medianAbsoluteDeviation(values).toFixed(2)}  ${name}`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
