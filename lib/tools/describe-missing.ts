import { ProofloadError, usageError } from "../errors.ts";
import { entryOf, type ToolName } from "./catalog/index.ts";
import type { ToolFailure, ToolSource } from "./tool.ts";
import { formatRange } from "./version-range.ts";

/** A tool that no source gave. */
export interface MissingTool {
  readonly name: ToolName;
  readonly failures: readonly ToolFailure[];
}

/** The error for tools whose variable is wrong (code 2: it is a mistake in the configuration), each with what to do. */
export function explicitPathError(missing: readonly MissingTool[]): ProofloadError {
  const failures = missing.flatMap((tool) => tool.failures.filter(({ source }) => source.kind === "explicit"));
  return usageError(
    "tool-path-wrong",
    failures.map(({ source, reason }) => `${source.detail} is wrong: ${reason}.`).join("\n"),
    failures.map(({ cure }) => cure).join("\n"),
  );
}

/** The error for tools that are nowhere and could not be fetched: what each source answered, and what to do (code 4). */
export function missingToolsError(missing: readonly MissingTool[]): ProofloadError {
  return new ProofloadError({
    code: "tool-missing",
    message: missing.map(describeOne).join("\n"),
    hint: missing.map(hintFor).join("\n"),
    exitCode: 4,
  });
}

/** Where a source looked, in words. */
export function describeSource({ kind, detail }: ToolSource): string {
  switch (kind) {
    case "explicit":
      return `$${detail}`;
    case "path":
      return `PATH (${detail})`;
    case "cache":
      return `cache (${detail})`;
    case "release":
      return `release ${detail}`;
    case "go":
      return `go install ${detail}`;
    case "deb":
      return `the distribution's package ${detail}`;
  }
}

function describeOne({ name, failures }: MissingTool): string {
  const { binary } = entryOf(name);
  const lines = failures.map(({ source, reason, cure }) => {
    const line = `  - ${describeSource(source)}: ${reason}`;
    return cure === undefined ? line : `${line}\n    ${cure}`;
  });
  return [`${name} ${formatRange(binary.fits)} was not found and could not be fetched:`, ...lines].join("\n");
}

function hintFor({ name }: MissingTool): string {
  const { pkg, binary } = entryOf(name);
  return `Install ${name} (${pkg.homepage}) so that ${binary.program} is on PATH, or set ${binary.variable} to where it is.`;
}
