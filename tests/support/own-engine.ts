import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createDockerEngine } from "../../lib/docker/index.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { findOnPath } from "../../lib/tools/find-on-path.ts";

/** A Docker engine of a test's own, that may be killed, frozen and started again: nobody else has containers on it. */
export interface OwnEngine {
  /** As DOCKER_HOST has it. */
  readonly address: string;
  /** Sends it a signal: SIGSTOP and SIGCONT freeze and thaw it. */
  signal(name: NodeJS.Signals): void;
  /** Ends it by a signal, and answers when it is gone; its containers live on. */
  kill(): Promise<void>;
  /** Starts it again, and answers when it can be asked. */
  start(): Promise<void>;
  /** Ends it and removes everything of it. */
  remove(): Promise<void>;
}

/** Why no engine of a test's own can be started here; null when one can. */
export async function whyNoOwnEngine(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "it takes root to start an engine";
  const env = createNodeEnv();
  const missing = ["dockerd", "unshare"].map(async (program) =>
    (await findOnPath(env, program)).length > 0 ? [] : [program],
  );
  const names = (await Promise.all(missing)).flat();
  return names.length === 0 ? null : `there is no ${names.join(", ")}`;
}

/** Starts one without networks, whose containers outlive it. */
export async function startOwnEngine(): Promise<OwnEngine> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-engine-"));
  const address = `unix://${join(dir, "docker.sock")}`;
  const folders = ["--data-root", join(dir, "data"), "--exec-root", join(dir, "exec"), "--pidfile", join(dir, "pid")];
  const argv = ["-H", address, ...folders, "--bridge", "none", "--iptables=false", "--live-restore"];
  const log = openSync(join(dir, "log"), "a");
  let daemon: ChildProcess | null = null;
  const engine: OwnEngine = {
    address,
    signal: (name) => void daemon?.kill(name),
    kill: async () => {
      if (daemon === null || daemon.exitCode !== null || daemon.signalCode !== null) return;
      const gone = once(daemon, "exit");
      daemon.kill("SIGKILL");
      await gone;
    },
    start: async () => {
      rmSync(join(dir, "pid"), { force: true });
      // In a network of its own: an engine without a bridge takes away the one of this machine's engine.
      daemon = spawn("unshare", ["--net", "dockerd", ...argv], { stdio: ["ignore", log, log] });
      for (let tries = 0; ; tries += 1) {
        try {
          await createDockerEngine(createNodeEnv(), address, 2000);
          return;
        } catch (error) {
          if (tries > 600) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
    remove: async () => {
      if (daemon !== null) {
        const gone = daemon.exitCode === null && daemon.signalCode === null ? once(daemon, "exit") : null;
        daemon.kill("SIGCONT");
        daemon.kill("SIGTERM");
        await gone;
      }
      // An engine with --live-restore leaves its folder mounted on itself.
      if (readFileSync("/proc/mounts", "utf8").includes(` ${join(dir, "data")} `)) {
        execFileSync("umount", [join(dir, "data")]);
      }
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await engine.start();
  return engine;
}
