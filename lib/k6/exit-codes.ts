/** What k6's exit codes mean; none of them is a verdict. Source: k6 errext/exitcodes/codes.go. */
const MEANINGS: Readonly<Record<number, string>> = {
  0: "it had nothing more to do",
  97: "the cloud run failed",
  98: "the cloud run's progress was lost",
  99: "a k6 threshold was crossed",
  100: "setup() took too long",
  101: "teardown() took too long",
  102: "something took too long",
  103: "it was stopped over its REST API",
  104: "invalid options or script",
  105: "it was stopped by a signal",
  106: "it could not open its REST API",
  107: "the script threw outside of an iteration",
  108: "the script aborted the test",
  109: "it crashed (a Go panic)",
  110: "the script marked the test as failed",
};

/** One phrase for an exit code of k6; null means that a signal ended it. */
export function k6ExitMeaning(code: number | null): string {
  return code === null ? "it was killed" : (MEANINGS[code] ?? "an unknown code");
}
