import { fillPlaceholders, portNames } from "../../../lib/config/placeholders.ts";
import { projectSchema } from "../../../lib/config/project.ts";
import { createNodeEnv } from "../../../lib/node-env.ts";
import type { Env } from "../../../lib/env.ts";
import type { CheckedProject, Surroundings } from "../check.ts";
import type { Machine } from "../machine.ts";

const GIGABYTE = 1_000_000_000;

/** A machine on which every run works. */
export const GOOD_MACHINE: Machine = {
  nodeVersion: "22.1.0",
  readText: () => "Max open files            65536                1048576              files\n",
  freeBytes: async () => 50 * GIGABYTE,
  whyNotWritable: () => null,
  availableMemory: () => 8 * GIGABYTE,
  loadAverage: () => 0.1,
  whyNotBound: async () => null,
  tryEsbuild: async () => "0.28.2",
};

interface Differences {
  readonly env?: Partial<Env>;
  readonly machine?: Partial<Machine>;
  /** `spec` of proofload.yaml; no project if left out. */
  readonly spec?: object;
}

/** What checks look at: four idle cores of Linux, and what a test changes of it. */
export function around({ env, machine, spec }: Differences): Surroundings {
  return {
    env: { ...createNodeEnv(), platform: "linux", cpuCount: 4, ...env },
    machine: { ...GOOD_MACHINE, ...machine },
    runsDir: "/shop/.proofload/runs",
    project: spec === undefined ? null : projectOf(spec),
    signal: new AbortController().signal,
  };
}

/** A project whose placeholders are ports 40001 and up. */
function projectOf(spec: object): CheckedProject {
  const head = { apiVersion: "proofload.dev/v1", kind: "Project", metadata: { name: "shop" } };
  const written = projectSchema.parse({ ...head, spec });
  const ports = Object.fromEntries(portNames(written).map((name, index) => [name, 40_001 + index]));
  return { written, filled: fillPlaceholders(written, { node: "node", package: "/package", run: "/run", ports }) };
}

/** An answer of a web server for `fetch`; `undefined` refuses the connection. */
export function answering(reply: (url: string) => Response | undefined): Pick<Env, "fetch"> {
  return {
    fetch: async (input) => {
      const response = reply(input instanceof Request ? input.url : new URL(input).href);
      if (response === undefined) throw new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") });
      return response;
    },
  };
}
