import { formatPath } from "../../lib/config/yaml.ts";
import type { YamlDocument, YamlPath } from "../../lib/config/yaml.ts";

/** Something that is wrong (`error`), or likely not meant (`warning`), in a file of SLOs. */
export interface SloFinding {
  readonly file: string;
  readonly line: number;
  readonly level: "error" | "warning";
  /** Stable, kebab-case. */
  readonly code: SloFindingCode;
  readonly message: string;
  /** What to do, where the message does not say it already. */
  readonly cure: string | null;
}

export type SloFindingCode =
  | "invalid"
  | "not-read"
  | "alert-never-fires"
  | "hides-values"
  | "high-cardinality"
  | "query-refused"
  | "matches-nothing"
  | "several-series"
  | "no-bucket-edge"
  | "short-retention";

/** A finding at a place in a document. */
export function findingIn(
  document: YamlDocument<unknown>,
  path: YamlPath,
  rest: Pick<SloFinding, "level" | "code" | "message" | "cure">,
): SloFinding {
  const { file, lineOf } = document;
  return { ...rest, file, line: lineOf(path), message: `${formatPath(path)}: ${rest.message}` };
}
