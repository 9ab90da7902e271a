import type { ToolName } from "./catalog/index.ts";
import type { Binary, StatedVersion } from "./tool-package.ts";
import type { Tool, ToolSource } from "./tool.ts";

/** The tool at a path; a build without a version says so. */
export function toolAt(binary: Binary<ToolName>, path: string, stated: StatedVersion, from: ToolSource): Tool {
  switch (stated.kind) {
    case "stamped":
      return { name: binary.tool, path, version: stated.version, from };
    case "unstamped":
      return {
        name: binary.tool,
        path,
        version: "unknown",
        from: { ...from, detail: `${from.detail} (a build that carries no version)` },
      };
  }
}
