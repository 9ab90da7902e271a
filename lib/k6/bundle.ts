import { ProofloadError } from "../errors.ts";

/** Bundles a TypeScript scenario for k6, with its source map beside it; a mistake is an error with file and line (exit code 2). */
export async function bundleScenario(file: string, outFile: string): Promise<void> {
  // Loaded when it is needed: it is the slowest import of all.
  const { build } = await import("esbuild");
  try {
    await build({
      entryPoints: [file],
      outfile: outFile,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "es2022",
      external: ["k6", "k6/*"],
      sourcemap: true,
      logLevel: "silent",
    });
  } catch (error) {
    throw new ProofloadError({ code: "bad-scenario", message: buildMessage(error, file), cause: error, exitCode: 2 });
  }
}

interface BuildError {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
}

function buildMessage(error: unknown, file: string): string {
  const errors = (error as { errors?: readonly BuildError[] }).errors ?? [];
  if (errors.length === 0) return `${file}: ${String(error)}`;
  return errors
    .map(({ text, location }) =>
      location === null ? `${file}: ${text}` : `${location.file}:${location.line}: ${text}`,
    )
    .join("\n");
}
