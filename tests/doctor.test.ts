import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Finding } from "../cli/doctor/finding.ts";
import { ROOT, startCli } from "./support/cli.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-doctor-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Examined {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

async function doctor(args: readonly string[], cwd: string, vars: Record<string, string> = {}): Promise<Examined> {
  const cli = startCli(["doctor", ...args], { cwd, vars });
  try {
    return { code: await cli.ended, stdout: cli.stdout(), stderr: cli.stderr() };
  } finally {
    cli.remove();
  }
}

const writeProject = (service: string): void =>
  writeFileSync(
    join(dir, "proofload.yaml"),
    `apiVersion: proofload.dev/v1\nkind: Project\nmetadata: { name: shop }\nspec: { service: ${service} }\n`,
  );

describe("proofload doctor", () => {
  test("finds nothing bad with the sample's project, and says what it looked at", async () => {
    const { code, stdout } = await doctor([], ROOT);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .filter((line) => line.startsWith("bad")),
    ).toEqual([]);
    for (const check of ["project", "node", "esbuild", "k6", "prometheus", "toxiproxy", "disk", "ports", "leftovers"]) {
      expect(stdout).toMatch(new RegExp(`^ok +${check} `, "m"));
    }
    expect(code).toBe(0);
  });

  test("looks at the machine where there is no project", async () => {
    const { code, stdout } = await doctor(["--json"], dir);
    const findings = JSON.parse(stdout) as readonly Finding[];
    expect(findings[0]).toMatchObject({ check: "project", state: "warn", cure: "proofload init --url URL" });
    expect(findings.find(({ check }) => check === "k6")).toMatchObject({ state: "ok", cure: null });
    expect(code).toBe(0);
  });

  test("answers 2 for a wrong proofload.yaml, and does its other checks all the same", async () => {
    writeProject("{ ulr: http://127.0.0.1:1 }");
    const { code, stdout } = await doctor([], dir);
    expect(stdout).toMatch(/^bad +project +proofload\.yaml:4: .*\n +proofload\.yaml:4: .*did you mean 'url'/m);
    expect(stdout).toMatch(/^ok +node /m);
    expect(code).toBe(2);
  });

  test("answers 2 for an environment that is not there", async () => {
    const { code, stdout } = await doctor(["--env", "fragil"], ROOT);
    expect(stdout).toMatch(/no environment 'fragil'\n +→ Did you mean 'fragile'/);
    expect(code).toBe(2);
  });

  test("answers 4 for a port that is taken and a service that is away, with what to do", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    writeProject(
      `{ url: "http://127.0.0.1:\${port.front}", processes: { app: { ready: "http://127.0.0.1:1/" } }, ` +
        `proxies: { front: { listen: "127.0.0.1:${port}", upstream: "127.0.0.1:1", probe: / } } }`,
    );
    const { code, stdout } = await doctor([], dir);
    await new Promise((resolve) => server.close(resolve));
    expect(stdout).toMatch(new RegExp(`^bad +ports +port ${port} of 127\\.0\\.0\\.1.*EADDRINUSE.*\\n +→ \\w`, "m"));
    expect(stdout).toMatch(/^bad +service +app does not answer at http:\/\/127\.0\.0\.1:1\/.*\n +→ Start it/m);
    expect(code).toBe(4);
  });

  test("names the variable of a tool that is not where it says", async () => {
    const { code, stdout } = await doctor([], dir, { PROOFLOAD_K6: join(dir, "no-k6") });
    expect(stdout).toMatch(/^bad +k6 +\$PROOFLOAD_K6: /m);
    expect(code).toBe(4);
  });
});
