import type { Env } from "../lib/env.ts";
import type { Journal } from "./journal.ts";
import type { OwedStep } from "./journal-line.ts";

/** A step of the service's end that the journal holds. */
export interface Debt {
  /** Nothing of it can appear any more: its start command has ended, or its container is there. */
  readonly begun: () => void;
  /** The step was taken. */
  readonly paid: () => void;
}

/** Writes down how a process of the service is ended, before it is begun: whoever is left when this process dies then ends it. */
export function owe(env: Pick<Env, "clock">, journal: Journal, step: OwedStep): Debt {
  const at = (): number => env.clock.now() / 1000;
  const { process } = step;
  journal.write({ type: "owed", step, at: at() });
  return {
    begun: () => journal.write({ type: "owed-begun", process, at: at() }),
    paid: () => journal.write({ type: "paid", process, at: at() }),
  };
}
