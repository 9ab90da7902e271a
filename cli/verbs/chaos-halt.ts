import { halt, haltFile, liftHalt } from "../../chaos/halt.ts";
import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";

/** `proofload chaos halt`: ends all faults of this user on this machine, and lets none begin until it is lifted. */
export function chaosHaltVerb(env: Env, why: string | undefined, args: { readonly lift?: true }): ExitCode {
  if (args.lift === true) {
    env.stdout.write(liftHalt(env) ? "Lifted: faults may be injected again.\n" : "There was no halt.\n");
    return 0;
  }
  halt(env, why ?? `halted at ${new Date(env.clock.now()).toISOString()}`);
  env.stdout.write(
    `Halted: every run undoes its faults now, and none begins while ${haltFile(env)} is there.\nLift it by: proofload chaos halt --lift\n`,
  );
  return 0;
}
