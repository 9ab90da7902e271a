import { definePackage } from "../tool-package.ts";

const VERSION = "8.30.1";

/** Looks for secrets in files and in a repository's history. Built with `go install` it carries no version. */
export const gitleaks = definePackage({
  name: "gitleaks",
  version: VERSION,
  binaries: [
    {
      tool: "gitleaks",
      variable: "PROOFLOAD_GITLEAKS",
      program: "gitleaks",
      versionArgs: ["version"],
      fits: { atLeast: [8, 19], below: 9 },
      parseVersion: (output) => {
        if (output.startsWith("version is set by build process")) return { kind: "unstamped" };
        const version = /^v?(\d+\.\d+\.\S+)\s*$/u.exec(output)?.[1];
        return version === undefined ? undefined : { kind: "stamped", version };
      },
    },
  ],
  release: {
    repository: "gitleaks/gitleaks",
    checksums: `gitleaks_${VERSION}_checksums.txt`,
    asset: ({ os, arch }) => ({
      file: `gitleaks_${VERSION}_${os}_${arch === "amd64" ? "x64" : arch}.tar.gz`,
      format: { kind: "tar.gz", folder: "" },
    }),
  },
  // The module's own name is the one of its first owner.
  go: { command: "github.com/zricethezav/gitleaks/v8", binary: "gitleaks" },
  homepage: "https://github.com/gitleaks/gitleaks",
});
