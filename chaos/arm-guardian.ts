import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { Env } from "../lib/env.ts";
import { inTime } from "../lib/deadline.ts";
import { ProofloadError } from "../lib/errors.ts";
import { identifyProcess } from "../lib/process/identity.ts";
import { exitText } from "../lib/process/program.ts";
import type { Journal } from "./journal.ts";

/** The runner's side of an armed guardian. */
export interface Guardian {
  readonly pid: number;
  /** Resolves with the cause when the guardian took over or died; never when it is disarmed first. */
  readonly lost: Promise<string>;
  /** Ends the guardian: everything is undone. */
  readonly disarm: () => Promise<void>;
  /** Leaves what is open to the guardian, and waits until it has done what it can; answers whether nothing is left. */
  readonly handOver: () => Promise<boolean>;
}

export interface ArmOptions {
  readonly journal: Journal;
  /** The guardian's program. */
  readonly script: string;
  readonly runDir: string;
  readonly leaseMs: number;
}

const ARM_TIMEOUT_MS = 10_000;
const DISARM_TAKES_MS = 2000;
/** Three undo attempts for a fault, and the run's programs. */
const TAKE_OVER_TAKES_MS = 60_000;

/** Starts the guardian and waits until it watches; from then on nothing that the run starts can stay behind. */
export async function armGuardian(env: Env, options: ArmOptions): Promise<Guardian> {
  const log = openSync(join(options.runDir, "guardian.log"), "a");
  const child = await env
    .spawn({
      argv: [env.execPath, options.script, options.journal.path, options.runDir, String(options.leaseMs)],
      cwd: options.runDir,
      vars: env.vars,
      stdin: "pipe",
      stdout: "pipe",
      stderr: log,
    })
    .finally(() => closeSync(log));
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("the guardian has no pipes");

  const disarming = new AbortController();
  let armed = (): void => undefined;
  const isArmed = new Promise<boolean>((resolve) => {
    armed = () => resolve(true);
    void child.exited.then(() => resolve(false));
  });
  let heardAtMs = env.clock.monotonicMs();
  let silent = (): void => undefined;
  const lost = new Promise<string>((resolve) => {
    silent = () => resolve("the guardian does not answer");
    createInterface({ input: stdout }).on("line", (line) => {
      heardAtMs = env.clock.monotonicMs();
      if (line === "armed") armed();
      else if (line.startsWith("took-over") && !disarming.signal.aborted)
        resolve(`the guardian took over (${line.slice("took-over ".length)})`);
    });
    void child.exited.then((exit) => {
      if (!disarming.signal.aborted) resolve(`the guardian ended (${exitText(exit)})`);
    });
  });

  const isWatching = (await inTime(env.clock, isArmed, ARM_TIMEOUT_MS)) && (await isArmed);
  const identity = isWatching ? await identifyProcess(env, child.pid) : null;
  if (identity === null) {
    env.kill(-child.pid, "SIGKILL");
    throw new ProofloadError({
      code: "no-guardian",
      message: "the guardian, which ends faults when this process can't, did not start",
      hint: `Its log is ${join(options.runDir, "guardian.log")}.`,
      exitCode: 4,
    });
  }
  options.journal.write({ type: "guardian-armed", guardian: identity, at: env.clock.now() / 1000 });

  const renew = async (): Promise<void> => {
    while (!disarming.signal.aborted && child.exit() === null) {
      stdin.write("renew\n");
      // A guardian that was stopped, or hangs, guards nothing.
      if (env.clock.monotonicMs() - heardAtMs > options.leaseMs) silent();
      await env.clock.sleep(Math.min(1000, options.leaseMs / 4), disarming.signal);
    }
  };
  renew().catch(() => undefined);

  return {
    handOver: async () => {
      disarming.abort(new Error("handed over"));
      stdin.end();
      await inTime(env.clock, child.exited, TAKE_OVER_TAKES_MS);
      const exit = child.exit();
      return exit?.kind === "exited" && exit.code === 0;
    },
    pid: child.pid,
    lost,
    disarm: async () => {
      disarming.abort(new Error("disarmed"));
      stdin.end("disarm\n");
      if (!(await inTime(env.clock, child.exited, DISARM_TAKES_MS))) env.kill(-child.pid, "SIGKILL");
    },
  };
}
