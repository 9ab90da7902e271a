import { definePackage } from "../tool-package.ts";

const VERSION = "1.8.1";

/** The load generator. */
export const k6 = definePackage({
  name: "k6",
  version: VERSION,
  binaries: [
    {
      tool: "k6",
      variable: "PROOFLOAD_K6",
      program: "k6",
      versionArgs: ["version"],
      fits: { atLeast: [1, 0], below: 3 },
      parseVersion: (output) => {
        const version = /^k6 v(\d+\.\d+\.\S+)/mu.exec(output)?.[1];
        return version === undefined ? undefined : { kind: "stamped", version };
      },
    },
  ],
  release: {
    repository: "grafana/k6",
    checksums: `k6-v${VERSION}-checksums.txt`,
    asset: ({ os, arch }) => {
      const folder = `k6-v${VERSION}-${os === "darwin" ? "macos" : os}-${arch}`;
      return os === "darwin"
        ? { file: `${folder}.zip`, format: { kind: "zip", folder } }
        : { file: `${folder}.tar.gz`, format: { kind: "tar.gz", folder } };
    },
  },
  go: { command: "go.k6.io/k6", binary: "k6" },
  homepage: "https://grafana.com/docs/k6/latest/set-up/install-k6/",
});
