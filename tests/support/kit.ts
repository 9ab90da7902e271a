import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bundleScenario } from "../../lib/k6/bundle.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { ensureTools } from "../../lib/tools/index.ts";
import { ROOT } from "./cli.ts";

export interface K6Summary {
  readonly schemaVersion: number;
  readonly runId: string;
  readonly scenario: string;
  readonly durationSeconds: number;
  readonly metrics: Readonly<
    Record<string, { readonly type: string; readonly values: Readonly<Record<string, number>> }>
  >;
  readonly thresholds: readonly {
    readonly metric: string;
    readonly expression: string;
    readonly ok: boolean;
    readonly samples: number;
  }[];
  readonly checks: readonly object[];
}

export interface K6Result {
  readonly code: number;
  /** The `msg` of each line of its log. */
  readonly log: readonly string[];
  readonly stdout: string;
  readonly summary: K6Summary | null;
}

export interface InspectedOptions {
  readonly scenarios: Readonly<Record<string, InspectedScenario>>;
  readonly thresholds: object;
  readonly systemTags: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly ext: { readonly proofload: Readonly<Record<string, unknown>> };
}

export interface InspectedScenario {
  readonly executor: string;
  readonly startRate: number;
  readonly timeUnit: string;
  readonly stages: readonly { readonly target: number; readonly duration: string }[];
  readonly preAllocatedVUs: number;
}

/** k6 on scenarios behind the stub that the runner generates, in a temporary folder. */
export interface KitBench {
  readonly dir: string;
  /** Bundles a scenario file, or the source of one. */
  bundle(source: string): Promise<string>;
  run(source: string, env?: Vars, args?: readonly string[], vars?: Vars): Promise<K6Result>;
  inspect(source: string, env?: Vars): Promise<InspectedOptions>;
  /** The error that k6 inspect ends with. */
  refuse(source: string, env?: Vars): Promise<string>;
  remove(): void;
}

type Vars = Readonly<Record<string, string>>;

/** Finds the programs and makes the folder. */
export async function createKitBench(): Promise<KitBench> {
  const signal = new AbortController().signal;
  const tools = await ensureTools(createNodeEnv(), ["k6"], { signal, onProgress: () => undefined });
  const k6 = tools.get("k6")?.path ?? "";
  const dir = mkdtempSync(join(tmpdir(), "proofload-kit-"));
  let made = 0;

  const bundle = async (source: string): Promise<string> => {
    made += 1;
    const file = source.endsWith(".ts") ? source : join(dir, `scenario-${made}.ts`);
    if (file !== source) writeFileSync(file, source);
    const outFile = join(dir, `bundle-${made}.js`);
    await bundleScenario({ file, outFile, packageDir: ROOT });
    return outFile;
  };
  const start = (argv: readonly string[], vars: Vars = {}) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const options = { env: { ...process.env, ...vars }, maxBuffer: 64 * 2 ** 20, timeout: 250_000 };
      execFile(k6, argv, options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, stdout, stderr });
      });
    });
  const envArgs = (env: Vars): readonly string[] =>
    Object.entries(env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);

  return {
    dir,
    bundle,
    run: async (source, env = {}, args = [], vars = {}) => {
      const script = await bundle(source);
      const file = `${script}.summary.json`;
      const own = { PROOFLOAD_SUMMARY: file, PROOFLOAD_RUN_ID: "run-1", PROOFLOAD_SCENARIO: "tried", ...env };
      const result = await start(
        [
          "run",
          "--quiet",
          "--no-usage-report",
          "--log-format=json",
          "--address=127.0.0.1:0",
          ...args,
          ...envArgs(own),
          script,
        ],
        vars,
      );
      const lines = result.stderr.split("\n").filter((line) => line.startsWith("{"));
      return {
        code: result.code,
        stdout: result.stdout,
        log: lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
        summary: existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as K6Summary) : null,
      };
    },
    inspect: async (source, env = {}) => {
      const { code, stdout, stderr } = await start(["inspect", ...envArgs(env), await bundle(source)]);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as InspectedOptions;
    },
    refuse: async (source, env = {}) => {
      const { code, stderr } = await start(["inspect", ...envArgs(env), await bundle(source)]);
      return code === 0 ? "it was not refused" : stderr;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
