import type { Binary, ToolPackage } from "../tool-package.ts";
import { actionlint } from "./actionlint.ts";
import { gitleaks } from "./gitleaks.ts";
import { k6 } from "./k6.ts";
import { prometheus } from "./prometheus.ts";
import { toxiproxy } from "./toxiproxy.ts";

/** The programs that proofload runs, by the package each comes in. A new tool is a file beside this one and a line here. */
const FOR_USERS = [k6, prometheus, toxiproxy] as const;

/** What only the checks of this repository run: no verb lists, fetches or asks for it. */
const FOR_CONTRIBUTORS = [actionlint, gitleaks] as const;

export const CATALOG = [...FOR_USERS, ...FOR_CONTRIBUTORS] as const;

type NamesIn<Package> = Package extends ToolPackage<infer Name> ? Name : never;

export type ToolName = NamesIn<(typeof CATALOG)[number]>;

/** A tool with the package it comes in. */
export interface CatalogEntry {
  readonly pkg: ToolPackage<ToolName>;
  readonly binary: Binary<ToolName>;
}

const ENTRIES: readonly CatalogEntry[] = CATALOG.flatMap((pkg: ToolPackage<ToolName>) =>
  pkg.binaries.map((binary) => ({ pkg, binary })),
);

/** The names of the tools that proofload runs, in the catalog's order. */
export const TOOL_NAMES: readonly ToolName[] = FOR_USERS.flatMap((pkg: ToolPackage<ToolName>) =>
  pkg.binaries.map(({ tool }) => tool),
);

/** The entry of one tool. */
export function entryOf(name: ToolName): CatalogEntry {
  const entry = ENTRIES.find(({ binary }) => binary.tool === name);
  // Unreachable: a ToolName is a name in the catalog.
  if (entry === undefined) throw new TypeError(`no tool ${name}`);
  return entry;
}
