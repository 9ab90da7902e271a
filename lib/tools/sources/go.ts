import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { findOnPath } from "../find-on-path.ts";
import { runInGroup } from "../run-in-group.ts";
import type { Source } from "../source.ts";
import { SourceFailure } from "../source-failure.ts";
import type { ToolPackage } from "../tool-package.ts";

const BUILD_TIMEOUT_MS = 10 * 60_000;

/** Builds the pinned version from the Go module proxy, which is checked against Go's own checksum database. */
export const goSource: Source = {
  kind: "go",
  describe: (_, pkg) => (pkg.go === undefined ? undefined : `${pkg.go.command}@v${pkg.version}`),
  fetch: async (env, pkg, { tempDir, stageDir, signal, onStep }) => {
    const [go] = await findOnPath(env, "go");
    if (go === undefined || pkg.go === undefined) {
      throw new SourceFailure("no go on PATH", { cure: "Install Go (https://go.dev/dl/) to have it built here." });
    }
    const binDir = join(tempDir, "bin");
    const workDir = join(tempDir, "work");
    await Promise.all([mkdir(binDir), mkdir(workDir)]);
    const argv = goInstallArgv(go, pkg.go.command, pkg.version);
    onStep({ kind: "working", what: argv.slice(1).join(" "), elapsedMs: 0 });
    await runInGroup(env, {
      argv,
      cwd: tempDir,
      // GOTMPDIR: what a killed build leaves is swept with the rest. GOFLAGS of the user's own (-mod=vendor) would break the build.
      vars: {
        ...env.vars,
        GOBIN: binDir,
        GOTMPDIR: workDir,
        GOFLAGS: "-buildvcs=false",
        GOOS: undefined,
        GOARCH: undefined,
      },
      timeoutMs: BUILD_TIMEOUT_MS,
      signal,
      onTick: (elapsedMs) => onStep({ kind: "working", what: argv.slice(1).join(" "), elapsedMs }),
    });
    await rename(join(binDir, pkg.go.binary), join(stageDir, onlyProgramOf(pkg)));
    return { version: pkg.version };
  },
};

/** The command line that builds one version of a command. */
export function goInstallArgv(go: string, command: string, version: string): readonly [string, ...string[]] {
  return [go, "install", `${command}@v${version}`];
}

/** `go install` makes one program at a time. */
function onlyProgramOf(pkg: ToolPackage): string {
  return pkg.binaries[0].program;
}
