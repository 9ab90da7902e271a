import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { nearest } from "../../lib/config/nearest.ts";
import { describeSource, ensureTools, findTools, TOOL_NAMES } from "../../lib/tools/index.ts";
import type { ToolLook, ToolName } from "../../lib/tools/index.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { createToolProgress } from "../text/tool-progress.ts";

/** `proofload tools install`: finds each tool and fetches what is missing. */
export async function toolsInstallVerb(env: Env, names: readonly string[]): Promise<ExitCode> {
  const wanted = names.length === 0 ? TOOL_NAMES : names.map(toolName);
  const interrupt = listenForInterrupt(env);
  try {
    const tools = await ensureTools(env, wanted, { signal: interrupt.signal, onProgress: createToolProgress(env) });
    for (const look of tools.values()) env.stdout.write(`${lookText({ kind: "found", tool: look })}\n`);
    return 0;
  } finally {
    interrupt.stop();
  }
}

/** `proofload tools list`: which tools are there; answers 4 when one is missing. */
export async function toolsListVerb(env: Env, args: { readonly json?: true }): Promise<ExitCode> {
  const looks = await findTools(env, TOOL_NAMES);
  if (args.json === true) env.stdout.write(`${JSON.stringify(looks)}\n`);
  else for (const look of looks) env.stdout.write(`${lookText(look)}\n`);
  const missing = looks.some((look) => look.kind === "missing");
  if (missing && args.json !== true) env.stderr.write("`proofload tools install` fetches what is missing.\n");
  return missing ? 4 : 0;
}

function toolName(name: string): ToolName {
  const known = TOOL_NAMES.find((one) => one === name);
  if (known !== undefined) return known;
  const close = nearest(name, TOOL_NAMES);
  throw usageError(
    "unknown-tool",
    `no tool '${name}'`,
    close === undefined ? `Known are ${TOOL_NAMES.join(", ")}.` : `Did you mean '${close}'?`,
  );
}

function lookText(look: ToolLook): string {
  switch (look.kind) {
    case "found": {
      const { name, version, path, from } = look.tool;
      return `${name.padEnd(11)} ${version.padEnd(8)} ${from.kind.padEnd(8)} ${path}`;
    }
    case "missing": {
      const tried = look.failures.map(({ source, reason }) => `  ${describeSource(source)}: ${reason}`);
      return [`${look.name.padEnd(11)} missing`, ...tried].join("\n");
    }
  }
}
