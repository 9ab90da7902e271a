import { expect, test } from "vitest";

import type { ReleasePlatform } from "../tool-package.ts";
import { entryOf, TOOL_NAMES, type ToolName } from "./index.ts";

const RECORDED: readonly [ToolName, string, string][] = [
  ["k6", "k6 v1.8.1 (go1.26.8, linux/amd64)", "1.8.1"],
  [
    "k6",
    "k6 v2.0.0-rc1 (commit/1a2b3c4d5e, go1.25.0, darwin/arm64)\nExtensions:\n  github.com/grafana/xk6-sql v1.0.0",
    "2.0.0-rc1",
  ],
  [
    "prometheus",
    "prometheus, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5+deb12u1)\n  build user:       team+pkg-go@tracker.debian.org",
    "2.42.0+ds",
  ],
  ["promtool", "promtool, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5+deb12u1)", "2.42.0+ds"],
  ["toxiproxy", "toxiproxy-server version 2.12.0", "2.12.0"],
  [
    "actionlint",
    "v1.7.12\ninstalled by building from source\nbuilt with go1.26.8 compiler for linux/amd64\n",
    "1.7.12",
  ],
  [
    "actionlint",
    "1.7.12\ninstalled by downloading from release page\nbuilt with go1.25.4 compiler for linux/amd64\n",
    "1.7.12",
  ],
  ["gitleaks", "8.30.1\n\n", "8.30.1"],
];

test.each(RECORDED)("%s's version is read from what it says", (name, output, version) => {
  expect(entryOf(name).binary.parseVersion(output)).toEqual({ kind: "stamped", version });
});

test("a Toxiproxy from go install carries no version", () => {
  expect(entryOf("toxiproxy").binary.parseVersion("toxiproxy-server version git\n")).toEqual({ kind: "unstamped" });
});

test("a gitleaks from go install carries no version", () => {
  const { binary } = entryOf("gitleaks");
  expect(binary.parseVersion("version is set by build process\n\n")).toEqual({ kind: "unstamped" });
});

test("what only contributors need is known, but no tool of the users", () => {
  expect(entryOf("actionlint").pkg.go?.command).toBe("github.com/rhysd/actionlint/cmd/actionlint");
  expect(TOOL_NAMES).toEqual(["k6", "prometheus", "promtool", "toxiproxy"]);
});

test("one program is not taken for another", () => {
  expect(entryOf("promtool").binary.parseVersion("prometheus, version 2.42.0 (branch: x)")).toBeUndefined();
  expect(entryOf("k6").binary.parseVersion("some other k6 v1.8.1 thing")).toBeUndefined();
});

const PLATFORMS: readonly ReleasePlatform[] = [
  { os: "linux", arch: "amd64" },
  { os: "linux", arch: "arm64" },
  { os: "darwin", arch: "amd64" },
  { os: "darwin", arch: "arm64" },
];

test("the files of the releases are named as their projects name them", () => {
  const files = (name: ToolName): readonly string[] => PLATFORMS.map((on) => entryOf(name).pkg.release.asset(on).file);
  expect(files("k6")).toEqual([
    "k6-v1.8.1-linux-amd64.tar.gz",
    "k6-v1.8.1-linux-arm64.tar.gz",
    "k6-v1.8.1-macos-amd64.zip",
    "k6-v1.8.1-macos-arm64.zip",
  ]);
  expect(files("promtool")).toEqual([
    "prometheus-3.14.0.linux-amd64.tar.gz",
    "prometheus-3.14.0.linux-arm64.tar.gz",
    "prometheus-3.14.0.darwin-amd64.tar.gz",
    "prometheus-3.14.0.darwin-arm64.tar.gz",
  ]);
  expect(files("toxiproxy")).toEqual([
    "toxiproxy-server-linux-amd64",
    "toxiproxy-server-linux-arm64",
    "toxiproxy-server-darwin-amd64",
    "toxiproxy-server-darwin-arm64",
  ]);
  expect(files("actionlint")[0]).toBe("actionlint_1.7.12_linux_amd64.tar.gz");
  expect(files("gitleaks")[0]).toBe("gitleaks_8.30.1_linux_x64.tar.gz");
});

test("every tool has a variable of its own", () => {
  expect(TOOL_NAMES.map((name) => entryOf(name).binary.variable)).toEqual([
    "PROOFLOAD_K6",
    "PROOFLOAD_PROMETHEUS",
    "PROOFLOAD_PROMTOOL",
    "PROOFLOAD_TOXIPROXY",
  ]);
});
