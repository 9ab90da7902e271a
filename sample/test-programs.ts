import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { build } from "esbuild";

export type LogLine = Readonly<Record<string, unknown>>;

/** A temporary folder that is gone after `await using`. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "sample-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Bundles one of the sample's programs into a folder, as Node 20 can't run TypeScript; answers the bundle's path. */
export async function bundleProgram(name: "api" | "store" | "supervisor", folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // The CommonJS libraries inside call require, which an ES module lacks.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}

/** A program under test; `await using` ends it with SIGTERM, which a supervisor passes on, and SIGKILL. */
export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Each line it has written to stdout, parsed. */
  readonly lines: readonly LogLine[];
  /** How it ended: an exit code or a signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): void;
  /** The first line with that message, when it comes; rejects when the program ends without it. */
  logged(message: string): Promise<LogLine>;
}

/** Starts a bundled program. */
export function runProgram(path: string, args: readonly string[]): Program {
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: LogLine[] = [];
  const listeners = new Set<() => void>();
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => {
    lines.push(JSON.parse(line) as LogLine);
    for (const listener of listeners) listener();
  });
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  const read = once(output, "close");
  const ended = Promise.all([exited, read]).then(([[code, signal]]) => signal ?? code);
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    kill: (signal) => void child.kill(signal),
    logged: (message) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((line) => line["message"] === message);
          if (found !== undefined) resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then((how) => reject(new Error(`ended (${how}) without "${message}"`)));
      }),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}
