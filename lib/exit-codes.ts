/** Every exit code of `proofload`, with its meaning; docs/exit-codes.md is checked against this table. */
export const EXIT_CODES = {
  0: "pass: proven",
  1: "fail: an objective was missed, or the hypothesis was refuted",
  2: "usage or configuration error; no load and no fault was started",
  3: "inconclusive: no data, too little data, a fault not proven, the load not delivered, the run cut short",
  4: "a tool or a backend is missing or unreachable",
  5: "faults may be left behind: the message lists each and the command that ends it",
  70: "a bug in proofload itself",
  130: "SIGINT, after undoing",
  143: "SIGTERM, after undoing",
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** The worst for the user first: several at once end in the first of these. */
export const WORST_FIRST: readonly ExitCode[] = [5, 70, 4, 2, 130, 143, 1, 3, 0];

/** The exit code that wins when several apply; none at all is a bug (70), never a pass. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? 70;
}
