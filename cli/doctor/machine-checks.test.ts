import { describe, expect, test } from "vitest";

import type { Check } from "./check.ts";
import { checkCpu } from "./check-cpu.ts";
import { checkDisk } from "./check-disk.ts";
import { checkEsbuild } from "./check-esbuild.ts";
import { checkFileLimit } from "./check-file-limit.ts";
import { checkMemory } from "./check-memory.ts";
import { checkNode } from "./check-node.ts";
import { checkPorts } from "./check-ports.ts";
import { checkStateDir } from "./check-state-dir.ts";
import type { Finding } from "./finding.ts";
import { availableFrom, createMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { around } from "./testing/around.ts";

const limits = (soft: string): Partial<Machine> => ({
  readText: () => `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}    1048576    files\n`,
});
const MB = 1_000_000;

/** The one finding of a check. */
async function only(check: Check, differences: Parameters<typeof around>[0] = {}): Promise<Finding | undefined> {
  const findings = await check.examine(around(differences));
  expect(findings).toHaveLength(1);
  return findings[0];
}

describe("a machine on which every run works", () => {
  test.each([checkNode, checkEsbuild, checkCpu, checkMemory, checkDisk, checkFileLimit, checkPorts, checkStateDir])(
    "has nothing to mend: $name",
    async (check) => {
      expect(await only(check)).toMatchObject({ check: check.name, state: "ok", cure: null });
    },
  );
});

describe("what keeps runs from working is bad, and its cure is told", () => {
  test.each<[string, Check, Partial<Machine>, RegExp, RegExp]>([
    ["an old Node", checkNode, { nodeVersion: "20.18.3" }, /20\.18\.3 is too old/, /20\.19\.0 or newer/],
    [
      "no esbuild",
      checkEsbuild,
      { tryEsbuild: () => Promise.reject(new Error("no such package")) },
      /no such package/,
      /npm ci/,
    ],
    ["a full disk", checkDisk, { freeBytes: async () => 199 * MB }, /only 199 MB free/, /Remove old runs/],
    ["a disk that may not be written", checkDisk, { whyNotWritable: () => "EROFS" }, /EROFS/, /--out/],
    ["no memory", checkMemory, { availableMemory: () => 100 * MB }, /only 100 MB/, /bigger machine/],
    ["a low limit of open files", checkFileLimit, limits("1023"), /at most 1023/, /ulimit -n/],
    ["no loopback", checkPorts, { whyNotBound: async () => "EADDRNOTAVAIL" }, /EADDRNOTAVAIL/, /ip link/],
    ["a state folder of root", checkStateDir, { whyNotWritable: () => "EACCES" }, /EACCES/, /PROOFLOAD_STATE_DIR/],
  ])("%s", async (_, check, machine, cause, cure) => {
    const finding = await only(check, { machine });
    expect(finding).toMatchObject({ state: "bad" });
    expect(finding?.cause).toMatch(cause);
    expect(finding?.cure).toMatch(cure);
  });
});

describe("what spoils some runs is a warning", () => {
  test.each<[string, Check, Parameters<typeof around>[0], RegExp]>([
    ["one core", checkCpu, { env: { cpuCount: 1 } }, /1 core, /],
    ["a part of a core", checkCpu, { env: { cpuCount: 2 / 3 } }, /0\.67 cores, /],
    ["a busy machine", checkCpu, { machine: { loadAverage: () => 2.1 } }, /busy: 4 cores, load average 2\.10/],
    ["a disk that is almost full", checkDisk, { machine: { freeBytes: async () => 999 * MB } }, /only 999 MB/],
    ["little memory", checkMemory, { machine: { availableMemory: () => 599 * MB } }, /only 599 MB/],
    ["few open files", checkFileLimit, { machine: limits("4095") }, /too few for a high load/],
    ["an unreadable limit", checkFileLimit, { machine: { readText: () => null } }, /does not tell/],
  ])("%s", async (_, check, differences, cause) => {
    const finding = await only(check, differences);
    expect(finding).toMatchObject({ state: "warn", cure: expect.stringMatching(/\w/) });
    expect(finding?.cause).toMatch(cause);
  });
});

test.each([
  ["20.19.0", "ok"],
  ["20.9.9", "bad"],
  ["24.0.0", "ok"],
  ["18.99.99", "bad"],
])("Node %s is %s", async (nodeVersion, state) => {
  expect(await only(checkNode, { machine: { nodeVersion } })).toMatchObject({ state });
});

test("open files without a limit are fine, and other platforms are passed over with a reason", async () => {
  expect(await only(checkFileLimit, { machine: limits("unlimited") })).toMatchObject({
    state: "ok",
    cause: "no limit",
  });
  expect(await only(checkFileLimit, { env: { platform: "darwin" }, machine: limits("12") })).toMatchObject({
    state: "ok",
    cause: expect.stringContaining("only Linux"),
  });
});

describe("ports that proofload.yaml fixes", () => {
  const spec = {
    service: {
      url: "http://127.0.0.1:${port.front}",
      processes: {
        shop: { command: ["./shop"], ready: "http://127.0.0.1:8080/health", metrics: "http://localhost:8080/metrics" },
        cache: {
          container: { image: "cache:1", ports: { "6379": "6380", "80": "${port.cache}" } },
          ready: "http://127.0.0.1:6380/",
        },
        elsewhere: { ready: "http://127.0.0.1:9000/" },
        remote: { command: ["./tunnel"], ready: "http://shop.example:8081/" },
      },
      proxies: {
        front: { listen: "127.0.0.1:${port.front}", upstream: "127.0.0.1:8080", probe: "/" },
        fixed: { listen: "127.0.0.1:7000", upstream: "127.0.0.1:9000", probe: "/" },
      },
    },
  };

  test("must be free, those of what somebody else runs must not", async () => {
    const asked: number[] = [];
    const whyNotBound = async (port: number): Promise<string | null> => {
      asked.push(port);
      return port === 8080 ? "EADDRINUSE" : null;
    };
    const findings = await checkPorts.examine(around({ spec, machine: { whyNotBound } }));
    expect(asked).toEqual([0, 7000, 8080, 6380]);
    expect(findings).toEqual([
      {
        check: "ports",
        state: "bad",
        cause: "port 8080 of 127.0.0.1, which spec.service.processes.shop.ready asks for, can't be had: EADDRINUSE",
        cure: expect.stringContaining("${port.NAME}"),
      },
    ]);
  });
});

describe("this machine", () => {
  const machine = createMachine("20.19.0");

  test("tells a port that is taken from one that is free", async () => {
    const { createServer } = await import("node:net");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(await machine.whyNotBound(port)).toMatch("EADDRINUSE");
    await new Promise((resolve) => server.close(resolve));
    expect(await machine.whyNotBound(port)).toBeNull();
  });

  test("has room for a folder that is still to be made, and none below a file", async () => {
    expect(machine.whyNotWritable(`${import.meta.dirname}/not/yet`)).toBeNull();
    expect(machine.whyNotWritable(`${import.meta.filename}/runs`)).toMatch(/is no folder/);
    expect(await machine.freeBytes(`${import.meta.dirname}/not/yet`)).toBeGreaterThan(0);
  });

  test("compiles TypeScript", async () => {
    expect(await machine.tryEsbuild()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("reads available memory as the kernel tells it", () => {
    expect(availableFrom("MemTotal:  16000 kB\nMemFree:   100 kB\nMemAvailable:   8000 kB\n")).toBe(8_192_000);
    expect(availableFrom(null)).toBeNull();
    expect(machine.availableMemory()).toBeGreaterThan(0);
  });
});
