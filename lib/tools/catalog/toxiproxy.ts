import { definePackage } from "../tool-package.ts";

/** The proxy that adds latency and cuts connections. Built with `go install` it calls its version `git`. */
export const toxiproxy = definePackage({
  name: "toxiproxy",
  version: "2.12.0",
  binaries: [
    {
      tool: "toxiproxy",
      variable: "PROOFLOAD_TOXIPROXY",
      program: "toxiproxy-server",
      versionArgs: ["--version"],
      fits: { atLeast: [2, 1], below: 3 },
      parseVersion: (output) => {
        const version = /^toxiproxy-server version v?(\S+)/mu.exec(output)?.[1];
        if (version === undefined) return undefined;
        return version === "git" ? { kind: "unstamped" } : { kind: "stamped", version };
      },
    },
  ],
  release: {
    repository: "Shopify/toxiproxy",
    checksums: "checksums.txt",
    asset: ({ os, arch }) => ({ file: `toxiproxy-server-${os}-${arch}`, format: { kind: "binary" } }),
  },
  go: { command: "github.com/Shopify/toxiproxy/v2/cmd/server", binary: "server" },
  homepage: "https://github.com/Shopify/toxiproxy#1-installing-toxiproxy",
});
