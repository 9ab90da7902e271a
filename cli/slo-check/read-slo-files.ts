import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import type { SloFinding } from "../../gates/lint/finding.ts";
import type { YamlSource } from "../../lib/config/yaml.ts";
import { usageError } from "../../lib/errors.ts";
import { readSource } from "../read-source.ts";

/** Files of SLOs, and those beside them that no run would read. */
export interface SloFiles {
  readonly sources: readonly YamlSource[];
  readonly notRead: readonly SloFinding[];
}

/** Reads a file, or all `.yaml` files of a folder; none at all is a usage error. */
export function readSloFiles(cwd: string, path: string): SloFiles {
  const whole = resolve(cwd, path);
  if (!existsSync(whole)) {
    throw usageError("no-slos", `there is no ${path}`, "Name a file or a folder: proofload slo check gates/slo.");
  }
  const isFolder = statSync(whole).isDirectory();
  const names = isFolder ? readdirSync(whole).toSorted() : [];
  const files = isFolder ? names.filter((name) => name.endsWith(".yaml")).map((name) => join(whole, name)) : [whole];
  if (files.length === 0) throw usageError("no-slos", `${path} holds no .yaml file, so there is nothing to check`);
  return {
    sources: files.map((file) => readSource(file, shown(cwd, file))),
    notRead: names
      .filter((name) => name.endsWith(".yml"))
      .map((name) => ({
        file: shown(cwd, join(whole, name)),
        line: 1,
        level: "warning",
        code: "not-read",
        message: "this file is not read: a run looks for .yaml",
        cure: `Call it ${name.replace(/\.yml$/, ".yaml")}.`,
      })),
  };
}

function shown(cwd: string, file: string): string {
  const inside = relative(cwd, file);
  return inside.startsWith("..") ? file : inside;
}
