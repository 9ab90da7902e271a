import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { median, quantile } from "simple-statistics";

import type { FaultWorld } from "../../chaos/fault.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import type { Target } from "../../chaos/target.ts";
import { waitUntilReady } from "../../lib/http.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { buildNodeImage, NODE_IMAGE, removeNodeImage, whyNoDocker } from "../../tests/support/docker.ts";
import { startToxiproxy } from "../../tests/support/toxiproxy.ts";

const ROUNDS = 15;
const env = createNodeEnv();
const world: FaultWorld = { env, runId: "bench" };
const SERVER = `setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 40);
require("http").createServer((_, response) => response.end("x".repeat(30000))).listen(+process.argv[1], process.argv[2]);`;

const SETTINGS: Readonly<Record<string, object>> = {
  latency: { latency: "50ms" },
  bandwidth: { rate: 100 },
  timeout: { silence: "200ms" },
  // An engine waits longer before each restart after a crash.
  "container-kill": { how: "kill" },
  "packet-loss": { loss: 0.5 },
  cpu: { cores: 0.2 },
  memory: { limit: "200MiB" },
  "disk-fill": { path: "/data", size: "20MB" },
};

/** From the injection's beginning to its proof, and from the undo's beginning to the proof that it is over, of each fault: median and 95th percentile of some rounds. */
export async function chaosBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const end: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  try {
    const without = await whyNoDocker();
    if (without !== null) console.log(`without containers: ${without}`);
    const proxy = await startProxy(end);
    const app = await startProcess(dir, end);
    const container = without === null ? await startContainer(end) : null;
    console.log(`milliseconds, ${ROUNDS} rounds        inject to proven      undo to proven`);
    for (const fault of FAULTS) {
      const target = { proxy, process: app.target, container }[fault.targetKind];
      if (target === null) continue;
      const [injecting, undoing]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        const ready = await fault.ready(world, target, "it", fault.settings.parse(SETTINGS[fault.kind] ?? {}));
        const { signal } = new AbortController();
        const injected = performance.now();
        await ready.inject();
        const proof = await ready.prove(signal);
        injecting.push(performance.now() - injected);
        const undone = performance.now();
        const isKill = fault.kind === "process-kill";
        if (isKill) await app.start();
        await ready.undo();
        const over = await ready.proveUndone(signal);
        undoing.push(performance.now() - undone);
        if (!proof.held || !over.held) throw new Error(`${fault.kind}: ${proof.message}; ${over.message}`);
      }
      const shown = [injecting, undoing].map((times) => `${text(median(times))} (p95 ${text(quantile(times, 0.95))})`);
      console.log(`${fault.kind.padEnd(20)}  ${shown.join("  ")}`);
    }
  } finally {
    for (const step of end.toReversed()) await step();
  }
}

function text(ms: number): string {
  return ms.toFixed(0).padStart(6);
}

async function startProxy(end: (() => unknown)[]): Promise<Target> {
  const { api, listen } = await findFreePorts(["api", "listen"]);
  const upstream = createServer((_, response) => response.end("x".repeat(30_000)));
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const direct = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const proxy = { name: "store", listen: `127.0.0.1:${listen}`, upstream: direct };
  const toxiproxy = await startToxiproxy(api, proxy);
  end.push(async () => {
    await toxiproxy.stop();
    upstream.close();
    upstream.closeAllConnections();
  });
  const probeUrl = `http://${proxy.listen}/`;
  return {
    kind: "proxy",
    name: "store",
    apiUrl: toxiproxy.apiUrl,
    proxyName: "store",
    probeUrl,
    directUrl: `http://${direct}/`,
  };
}

async function startProcess(
  dir: string,
  end: (() => unknown)[],
): Promise<{ readonly target: Target; readonly start: () => Promise<void> }> {
  const { port } = await findFreePorts(["port"]);
  const pidFile = join(dir, "app.pid");
  const readyUrl = `http://127.0.0.1:${port}/`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, ["-e", SERVER, String(port), "127.0.0.1"], { stdio: "ignore" });
    await once(child, "spawn");
    writeFileSync(pidFile, `${child.pid}\n`);
    await waitUntilReady(env, readyUrl, { timeoutMs: 10_000 });
  };
  await start();
  end.push(() => child?.kill("SIGKILL"));
  return { target: { kind: "process", name: "app", pidFile, readyUrl }, start };
}

async function startContainer(end: (() => unknown)[]): Promise<Target> {
  await buildNodeImage();
  end.push(() => removeNodeImage());
  const { port } = await findFreePorts(["port"]);
  const options = ["--restart", "unless-stopped", "--tmpfs", "/data:size=40m", "--publish", `127.0.0.1:${port}:8080`];
  const argv = ["run", "--detach", ...options, NODE_IMAGE, "-e", SERVER, "8080", "0.0.0.0"];
  const id = execFileSync("docker", argv, { encoding: "utf8" }).trim();
  end.push(() => execFileSync("docker", ["rm", "--force", id], { stdio: "ignore" }));
  const readyUrl = `http://127.0.0.1:${port}/`;
  await waitUntilReady(env, readyUrl, { timeoutMs: 15_000 });
  const { createDockerEngine } = await import("../../lib/docker/index.ts");
  return { kind: "container", name: "app", engine: (await createDockerEngine(env)).address, id, readyUrl };
}
