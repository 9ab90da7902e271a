import { messageOf, ProofloadError } from "../lib/errors.ts";
import type { AbortPlan } from "../lib/run/plan.ts";
import type { EngineWorld } from "./engine-world.ts";

/** How soon a halt and a jump of the clock are noticed, and how often conditions are asked. */
const HALT_EVERY_MS = 250;
const ASK_EVERY_MS = 1000;
/** Clocks that are set by NTP move less than this at once. */
const JUMP_MS = 5000;
/** That nobody could answer so often one after another is told. */
const TELL_AFTER = 10;

/**
 * Watches what ends an experiment at once: a halt, a jump of the clock, and its own abort conditions. Calls `end` with the first; returns when the signal is aborted. A
 * condition that can't be asked ends nothing: that the load goes on unwatched is told by `note`.
 */
export async function watchAborts(
  world: EngineWorld,
  conditions: readonly AbortPlan[],
  end: (reason: ProofloadError) => void,
): Promise<void> {
  await Promise.all([
    watchHalt(world, end),
    watchClock(world, end),
    ...conditions.map((condition) => watchCondition(world, condition, end)),
  ]);
}

async function watchHalt({ env, halted, signal }: EngineWorld, end: (reason: ProofloadError) => void): Promise<void> {
  while (!signal.aborted) {
    const why = halted();
    if (why !== null) return end(endedBy("halted", `all faults were halted: ${why}`));
    await env.clock.sleep(HALT_EVERY_MS, signal).catch(() => undefined);
  }
}

/** A machine that slept had its faults on for longer than anybody watched; the clock that sleepers wait by does not count that time. */
async function watchClock({ env, signal }: EngineWorld, end: (reason: ProofloadError) => void): Promise<void> {
  const { clock } = env;
  const offsetMs = (): number => clock.now() - clock.monotonicMs();
  const firstMs = offsetMs();
  while (!signal.aborted) {
    const jumpMs = offsetMs() - firstMs;
    if (Math.abs(jumpMs) > JUMP_MS) {
      const seconds = Math.round(jumpMs / 1000);
      return end(endedBy("clock-jumped", `the clock jumped by ${seconds} s: the machine slept, or its clock was set`));
    }
    await clock.sleep(HALT_EVERY_MS, signal).catch(() => undefined);
  }
}

async function watchCondition(
  world: EngineWorld,
  { name, check, forSeconds }: AbortPlan,
  end: (reason: ProofloadError) => void,
): Promise<void> {
  const { env, signal, emit } = world;
  let sinceMs: number | null = null;
  let unanswered = 0;
  while (!signal.aborted) {
    const answer = await world.ask(check, signal).catch((error: unknown) => messageOf(error));
    if (signal.aborted) return;
    if (typeof answer === "string") {
      unanswered += 1;
      // At the load's beginning there is nothing to count yet.
      if (unanswered === TELL_AFTER) {
        emit({ type: "note", text: `the abort condition ${name} could not be asked: ${answer}` });
      }
    } else unanswered = 0;
    // A query says what is too much; an answer, or an SLO, is what must go on.
    const holds = typeof answer !== "string" && answer.held === (check.kind === "promql");
    sinceMs = holds ? (sinceMs ?? env.clock.monotonicMs()) : null;
    if (typeof answer !== "string" && sinceMs !== null && env.clock.monotonicMs() - sinceMs >= forSeconds * 1000) {
      return end(endedBy("experiment-aborted", `the abort condition ${name} was met: ${answer.message}`));
    }
    await env.clock.sleep(ASK_EVERY_MS, signal).catch(() => undefined);
  }
}

function endedBy(code: string, message: string): ProofloadError {
  return new ProofloadError({ code, message, exitCode: 3 });
}
