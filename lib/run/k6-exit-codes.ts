/** What an exit code of k6 says; none of them is a verdict. */
export interface K6ExitReason {
  /**
   * `ended`: it did what it was asked; `stopped`: by a signal or over its REST API; `config` and `script`: only the scenario's author can
   * mend it; `aborted` and `marked-failed`: the scenario asked for it; `crashed`: a Go panic, or a signal that it could not catch.
   */
  readonly kind:
    | "ended"
    | "threshold"
    | "stopped"
    | "config"
    | "script"
    | "aborted"
    | "marked-failed"
    | "crashed"
    | "other";
  readonly meaning: string;
}

/** Source: errext/exitcodes/codes.go of k6, the same in 1.8 and 2.2. */
const REASONS: Readonly<Record<number, K6ExitReason>> = {
  0: { kind: "ended", meaning: "it had nothing more to do" },
  97: { kind: "other", meaning: "the cloud run failed" },
  98: { kind: "other", meaning: "the cloud run's progress was lost" },
  99: { kind: "threshold", meaning: "a k6 threshold was crossed" },
  100: { kind: "script", meaning: "setup() took too long" },
  101: { kind: "script", meaning: "teardown() took too long" },
  102: { kind: "other", meaning: "something took too long" },
  103: { kind: "stopped", meaning: "it was stopped over its REST API" },
  104: { kind: "config", meaning: "invalid options or script" },
  105: { kind: "stopped", meaning: "it was stopped by a signal" },
  106: { kind: "other", meaning: "it could not open its REST API" },
  107: { kind: "script", meaning: "the script threw outside of an iteration" },
  108: { kind: "aborted", meaning: "the script aborted the test" },
  109: { kind: "crashed", meaning: "it crashed (a Go panic)" },
  110: { kind: "marked-failed", meaning: "the script marked the test as failed" },
};

/** What an exit code of k6 means; null is that of a k6 that a signal ended. */
export function k6ExitReason(code: number | null): K6ExitReason {
  if (code === null) return { kind: "crashed", meaning: "it was killed" };
  return REASONS[code] ?? { kind: "other", meaning: `an unknown exit code, ${code}` };
}
