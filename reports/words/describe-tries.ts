import type { TriesPlan } from "../../lib/run/plan.ts";

/** Which try a run was, "try 2 of at most 3", and what became of those before it, a line each; null where there is only one. */
export function triesWords(
  tries: TriesPlan | undefined,
): { readonly title: string; readonly earlier: readonly string[] } | null {
  if (tries === undefined) return null;
  return {
    title: `try ${tries.number} of at most ${tries.of}`,
    earlier: tries.earlier.map(
      ({ runId, summary }, index) => `try ${index + 1}, run ${runId}, was inconclusive: ${summary}`,
    ),
  };
}
