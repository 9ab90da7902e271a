import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Check } from "./check.ts";
import { bad, ok } from "./finding.ts";

/** The Node that runs proofload is one that it is made for. */
export const checkNode: Check = {
  name: "node",
  examine: ({ env, machine }) => {
    const { engines } = JSON.parse(readFileSync(join(env.packageDir, "package.json"), "utf8")) as {
      engines: { node: string };
    };
    const least = engines.node.replace(/^>=/, "");
    return isAtLeast(machine.nodeVersion, least)
      ? [ok("node", `Node ${machine.nodeVersion}`)]
      : [bad("node", `Node ${machine.nodeVersion} is too old`, `Install Node ${least} or newer: https://nodejs.org`)];
  },
};

function isAtLeast(version: string, least: string): boolean {
  const [has, needs] = [version, least].map((text) => text.split(".").map(Number));
  const index = (needs ?? []).findIndex((part, position) => part !== has?.[position]);
  return index === -1 || (has?.[index] ?? 0) > (needs?.[index] ?? 0);
}
