import { definePackage, type Binary } from "../tool-package.ts";

const VERSION = "3.14.0";

/** The metrics store and, in the same archive, the program that checks its rules. A Go build takes some 7 minutes: not offered. */
export const prometheus = definePackage({
  name: "prometheus",
  version: VERSION,
  binaries: [binary("prometheus", "PROOFLOAD_PROMETHEUS"), binary("promtool", "PROOFLOAD_PROMTOOL")],
  release: {
    repository: "prometheus/prometheus",
    checksums: "sha256sums.txt",
    asset: ({ os, arch }) => {
      const folder = `prometheus-${VERSION}.${os}-${arch}`;
      return { file: `${folder}.tar.gz`, format: { kind: "tar.gz", folder } };
    },
  },
  deb: { name: "prometheus", folder: "usr/bin" },
  homepage: "https://prometheus.io/download/",
});

function binary<const Name extends string>(program: Name, variable: string): Binary<Name> {
  return {
    tool: program,
    variable,
    program,
    versionArgs: ["--version"],
    fits: { atLeast: [2, 42], below: 4 },
    parseVersion: (output) => {
      const match = /^(\w+), version (\d+\.\d+\.\S+)/mu.exec(output);
      return match?.[1] === program && match[2] !== undefined ? { kind: "stamped", version: match[2] } : undefined;
    },
  };
}
