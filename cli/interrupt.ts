import type { Env, SignalName } from "../lib/env.ts";
import { ProofloadError } from "../lib/errors.ts";

/** How a run is ended from outside: the first signal ends it in order, the second says what it waits for, the third leaves. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** The signal that came, or null. */
  readonly cause: () => SignalName | null;
  /** What is being waited for, for the second signal to say. */
  readonly waitingFor: (what: string) => void;
  /** How what is open is ended by hand, for the third signal to say. */
  readonly ifLeft: (commands: () => readonly string[]) => void;
  readonly stop: () => void;
}

/** A terminal and npm both pass Ctrl-C on: what comes so soon after is the same keypress. */
const SAME_KEYPRESS_MS = 250;

/** Listens for signals until `stop`. */
export function listenForInterrupt(env: Env): Interrupt {
  const controller = new AbortController();
  let first: SignalName | null = null;
  let waitingFor = "the run's programs to end";
  let openCommands: () => readonly string[] = () => [];
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  const off = env.onSignal((signal) => {
    const now = env.clock.monotonicMs();
    if (now - lastMs < SAME_KEYPRESS_MS) return;
    lastMs = now;
    count += 1;
    first ??= signal;
    if (count === 1) {
      env.stderr.write(`\n${signal}: ending the run, undoing what was injected…\n`);
      controller.abort(
        new ProofloadError({
          code: "interrupted",
          message: `ended by ${signal}`,
          exitCode: signal === "SIGINT" ? 130 : 143,
        }),
      );
    } else if (count === 2) {
      env.stderr.write(`Still waiting for ${waitingFor}. Once more leaves at once, and faults may stay behind.\n`);
    } else {
      const byHand = openCommands().map((command) => `  ${command}\n`);
      env.stderr.write(
        "Left before everything was undone. The guardian goes on; to be sure, run: proofload chaos recover\n",
      );
      if (byHand.length > 0) env.stderr.write(`By hand:\n${byHand.join("")}`);
      env.exit(5);
    }
  });
  return {
    signal: controller.signal,
    cause: () => first,
    waitingFor: (what) => {
      waitingFor = what;
    },
    ifLeft: (commands) => {
      openCommands = commands;
    },
    stop: off,
  };
}
