import { messageOf } from "../../lib/errors.ts";

/** Steps that must be taken at the end, whatever happens: the last one added is taken first, and a failed one stops none. */
export interface Cleanup {
  readonly add: (what: string, step: () => Promise<void>) => void;
  /** Takes all steps; returns what failed. Nothing is left to do afterwards. */
  readonly run: (onStep: (what: string) => void) => Promise<readonly string[]>;
}

/** An empty list of steps. */
export function createCleanup(): Cleanup {
  const steps: { readonly what: string; readonly step: () => Promise<void> }[] = [];
  return {
    add: (what, step) => {
      steps.push({ what, step });
    },
    run: async (onStep) => {
      const failures: string[] = [];
      for (let next = steps.pop(); next !== undefined; next = steps.pop()) {
        onStep(next.what);
        try {
          await next.step();
        } catch (error) {
          failures.push(`${next.what}: ${messageOf(error)}`);
        }
      }
      return failures;
    },
  };
}
