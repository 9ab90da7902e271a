import { readFileSync } from "node:fs";

import type { YamlSource } from "../lib/config/yaml.ts";
import { messageOf, usageError } from "../lib/errors.ts";

/** The text of a file, under the name by which errors call it; one that can't be read is a usage error (exit code 2). */
export function readSource(path: string, file: string): YamlSource {
  try {
    return { file, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw usageError("unreadable", `${file} can't be read: ${messageOf(error)}`);
  }
}
