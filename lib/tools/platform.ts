import type { Env } from "../env.ts";
import { ProofloadError } from "../errors.ts";
import type { ReleasePlatform } from "./tool-package.ts";

/** This machine as releases name it; undefined where no release is made for it. */
export function releasePlatform(env: Env): ReleasePlatform | undefined {
  const { platform: os } = env;
  const arch = env.arch === "x64" ? "amd64" : env.arch;
  if (os !== "linux" && os !== "darwin") return undefined;
  if (arch !== "amd64" && arch !== "arm64") return undefined;
  return { os, arch };
}

/** Throws on Windows, where the tools run but signals and process groups don't work as proofload needs them. */
export function refuseWindows(env: Env): void {
  if (env.platform !== "win32") return;
  throw new ProofloadError({
    code: "platform-unsupported",
    message: "proofload runs on Linux and macOS, not on Windows itself.",
    hint: "Run it inside WSL 2: `wsl --install`, then the same command in the Linux shell.",
    exitCode: 4,
  });
}
