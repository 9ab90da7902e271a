import type { Binary, ToolPackage } from "../tool-package.ts";
import { k6 } from "./k6.ts";
import { prometheus } from "./prometheus.ts";
import { toxiproxy } from "./toxiproxy.ts";

/** Every outside program, by the package it comes in. A new tool is a file beside this one and a line here. */
export const CATALOG = [k6, prometheus, toxiproxy] as const;

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

/** The names of all tools, in the catalog's order. */
export const TOOL_NAMES: readonly ToolName[] = ENTRIES.map(({ binary }) => binary.tool);

/** The entry of one tool. */
export function entryOf(name: ToolName): CatalogEntry {
  const entry = ENTRIES.find(({ binary }) => binary.tool === name);
  // Unreachable: a ToolName is a name in the catalog.
  if (entry === undefined) throw new TypeError(`no tool ${name}`);
  return entry;
}
