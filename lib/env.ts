import type { Readable, Writable } from "node:stream";

/** A place to write text to; `columns` is the width of a terminal, 80 where there is none. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns: number;
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export type Exit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string };

/** A program to start: `argv[0]` is the program; the environment is exactly `vars`, nothing is inherited. */
export interface SpawnOptions {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly vars: Readonly<Record<string, string | undefined>>;
  /** `pipe` gives a stream, `ignore` /dev/null, a number is an open file descriptor. */
  readonly stdin: "pipe" | "ignore";
  readonly stdout: "pipe" | "ignore" | number;
  readonly stderr: "pipe" | "ignore" | number;
}

/** A program that was started in a session and process group of its own. */
export interface Child {
  readonly pid: number;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when the program has ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** The exit, once it is known. */
  exit(): Exit | null;
}

/** What a short command did; it never rejects for an exit code, only when it could not be started or was cut off. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  /** The whole environment, where that of this process is not wanted. */
  readonly only?: Readonly<Record<string, string | undefined>>;
  /** Added to the environment of this process. */
  readonly vars?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Each line of output as it comes. */
  readonly onLine?: (line: string) => void;
}

export type SignalName = "SIGINT" | "SIGTERM";

/** The world outside: everything ambient comes in here, so that tests can pass another one. */
export interface Env {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeDir: string;
  readonly tempDir: string;
  readonly pid: number;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** The Node binary that runs this. */
  readonly execPath: string;
  readonly cpuCount: number;
  /** The folder of the proofload package itself (the one with package.json). */
  readonly packageDir: string;
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** A number in [0, 1). */
  random(): number;
  /** Calls back on each SIGINT and SIGTERM until the returned function is called. */
  onSignal(listener: (signal: SignalName) => void): () => void;
  /** Starts a long-lived program, detached; rejects when it cannot be started. */
  spawn(options: SpawnOptions): Promise<Child>;
  /** Runs a short program to its end. */
  run(options: RunOptions): Promise<CommandResult>;
  /** Ends this process at once, for the one case in which waiting is what the user refuses. */
  exit(code: number): never;
  /** kill(2); a negative pid means the process group. False when there is no such process. */
  kill(pid: number, signal: NodeJS.Signals | 0): boolean;
}
