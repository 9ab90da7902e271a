import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseAllDocuments, type Document, type EmptyStream } from "yaml";
import { $ } from "zx";

/** What is wrong with YAML text, a line each: what the strict parser refuses or warns of (duplicate keys, tabs, indentation), and an empty file. */
export function yamlFaults(file: string, text: string): readonly string[] {
  const documents: readonly Document[] | EmptyStream = parseAllDocuments(text, { strict: true, uniqueKeys: true });
  if (documents.length === 0) return [`${file}: is empty`];
  return documents.flatMap(faultsOf).map((message) => `${file}: ${message.split("\n")[0] ?? message}`);
}

function faultsOf(document: Document): readonly string[] {
  const faults = [...document.errors, ...document.warnings].map(({ message }) => message);
  if (faults.length > 0) return faults;
  try {
    document.toJS();
    return [];
  } catch (error) {
    // An alias whose anchor is missing shows only here.
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The faults of every YAML file that git tracks, or would, below `root`. */
export async function checkYaml(root: string): Promise<readonly string[]> {
  const patterns = ["*.yaml", "*.yml", "*.yml.tmpl"];
  const listed = await $({
    cwd: root,
    quiet: true,
  })`git ls-files --cached --others --exclude-standard --deduplicate -z -- ${patterns}`;
  const files = listed.stdout.split("\0").filter((file) => file !== "");
  if (files.length === 0) throw new Error(`git names no YAML file below ${root}`);
  return files.flatMap((file) => yamlFaults(file, readFileSync(join(root, file), "utf8")));
}
