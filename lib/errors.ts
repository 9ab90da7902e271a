import type { ExitCode } from "./exit-codes.ts";

/** What a {@link ProofloadError} is made of; `hint` says what to do, `exitCode` what the process answers with. */
export interface ErrorParts {
  /** Stable, kebab-case, for scripts and tests. */
  readonly code: string;
  /** What went wrong and why, in one sentence. */
  readonly message: string;
  readonly hint?: string;
  /** The end of somebody's log. Only for the terminal: it may hold a secret, so it is neither kept nor published. */
  readonly logTail?: string;
  readonly cause?: unknown;
  readonly exitCode: ExitCode;
}

/** An error that a user can act on. Anything else that reaches the top is a bug in proofload (exit code 70). */
export class ProofloadError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly logTail: string;
  readonly exitCode: ExitCode;

  constructor(parts: ErrorParts) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = "ProofloadError";
    this.code = parts.code;
    this.hint = parts.hint;
    this.logTail = parts.logTail ?? "";
    this.exitCode = parts.exitCode;
  }
}

/** A mistake in what the user wrote (arguments or a file): exit code 2, nothing was started. */
export function usageError(code: string, message: string, hint?: string): ProofloadError {
  return new ProofloadError({ code, message, exitCode: 2, ...(hint === undefined ? {} : { hint }) });
}

/** The text of anything that was thrown, without a stack. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    return thrown.errors.map(messageOf).join("; ");
  }
  if (!(thrown instanceof Error)) return String(thrown);
  // fetch hides the reason ("fetch failed") in its cause.
  return thrown.message === "fetch failed" && thrown.cause !== undefined ? messageOf(thrown.cause) : thrown.message;
}

/** The `code` of a Node system error (`ENOENT`, `ESRCH`, …), or undefined. */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { code, cause } = thrown as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause === undefined ? undefined : systemCodeOf(cause);
}
