import { definePackage } from "../tool-package.ts";

const VERSION = "1.7.12";

/** Lints GitHub's workflows. */
export const actionlint = definePackage({
  name: "actionlint",
  version: VERSION,
  binaries: [
    {
      tool: "actionlint",
      variable: "PROOFLOAD_ACTIONLINT",
      program: "actionlint",
      versionArgs: ["-version"],
      fits: { atLeast: [1, 7], below: 2 },
      parseVersion: (output) => {
        const version = /^v?(\d+\.\d+\.\S+)\n.*\nbuilt with go/u.exec(output)?.[1];
        return version === undefined ? undefined : { kind: "stamped", version };
      },
    },
  ],
  release: {
    repository: "rhysd/actionlint",
    checksums: `actionlint_${VERSION}_checksums.txt`,
    asset: ({ os, arch }) => ({
      file: `actionlint_${VERSION}_${os}_${arch}.tar.gz`,
      format: { kind: "tar.gz", folder: "" },
    }),
  },
  go: { command: "github.com/rhysd/actionlint/cmd/actionlint", binary: "actionlint" },
  homepage: "https://github.com/rhysd/actionlint",
});
