import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { freemem, loadavg } from "node:os";
import { dirname } from "node:path";

import { messageOf } from "../../lib/errors.ts";

/** What the checks ask of this machine. */
export interface Machine {
  /** Without the `v`. */
  readonly nodeVersion: string;
  /** Text of a small file; null when it can't be read. */
  readText(path: string): string | null;
  /** Bytes that a user may still write where `path` is. */
  freeBytes(path: string): Promise<number>;
  /** Why nothing can be written into a folder, or into its nearest ancestor where it is to be made; null when it can. */
  whyNotWritable(dir: string): string | null;
  /** Bytes of memory that programs can still get. */
  availableMemory(): number;
  /** Programs that wanted a core, on average of the last minute. */
  loadAverage(): number;
  /** Why nothing can listen on a port (0: any) of 127.0.0.1; null when something can. */
  whyNotBound(port: number): Promise<string | null>;
  /** Compiles a line of TypeScript; answers esbuild's version, and rejects when it does not work. */
  tryEsbuild(): Promise<string>;
}

/** This machine itself; `nodeVersion` is that of the Node which runs this. */
export function createMachine(nodeVersion: string): Machine {
  return {
    nodeVersion,
    readText,
    freeBytes: async (path) => {
      const { bavail, bsize } = await statfs(nearestExisting(path));
      return bavail * bsize;
    },
    whyNotWritable: (dir) => {
      try {
        const path = nearestExisting(dir);
        if (!statSync(path).isDirectory()) return `${path} is no folder`;
        accessSync(path, constants.W_OK | constants.X_OK);
        return null;
      } catch (error) {
        return messageOf(error);
      }
    },
    // Node's own number leaves out what the kernel would free at once.
    availableMemory: () => availableFrom(readText("/proc/meminfo")) ?? freemem(),
    loadAverage: () => loadavg()[0] ?? 0,
    whyNotBound: (port) =>
      new Promise((resolve) => {
        const server = createServer();
        server.once("error", (error) => resolve(messageOf(error)));
        server.listen(port, "127.0.0.1", () => server.close(() => resolve(null)));
      }),
    tryEsbuild: async () => {
      const { transform, version } = await import("esbuild");
      const { code } = await transform("export const one: number = 1;", { loader: "ts" });
      if (!code.includes("const one = 1")) throw new Error(`it made ${JSON.stringify(code)} of a line of TypeScript`);
      return version;
    },
  };
}

/** MemAvailable of /proc/meminfo in bytes. */
export function availableFrom(meminfo: string | null): number | null {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? "")?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
