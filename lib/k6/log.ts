import { createReadStream } from "node:fs";

import type { FailedRequest } from "../run/evidence.ts";
import { systemCodeOf } from "../errors.ts";
import { linesOf } from "./lines.ts";
import { firstPlace } from "./stack.ts";

/** What a log of k6 tells beside its lines. */
export interface K6Log {
  /** The first exception (`GoError`, `TypeError`, …) and where it was thrown; null without one. */
  readonly scriptError: string | null;
  /** The first traced requests that failed. */
  readonly failures: readonly FailedRequest[];
  /** Pushes of metrics that did not arrive, and what the first of them says. */
  readonly outputErrors: { readonly count: number; readonly first: string | null };
}

const MAX_FAILURES = 20;
const MAX_TEXT = 500;

/** Reads a k6 log in JSON lines, of any length, in little memory; a file that is not there has nothing to tell. */
export async function readK6Log(file: string): Promise<K6Log> {
  try {
    return await readK6LogLines(linesOf(createReadStream(file)));
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return readK6LogLines([]);
    throw error;
  }
}

/** The same from lines. */
export async function readK6LogLines(lines: AsyncIterable<string> | Iterable<string>): Promise<K6Log> {
  let scriptError: string | null = null;
  const failures: FailedRequest[] = [];
  const outputErrors: { count: number; first: string | null } = { count: 0, first: null };
  for await (const line of lines) {
    const entry = readEntry(line);
    if (entry === null) continue;
    scriptError ??= scriptErrorOf(entry);
    const outputError = outputErrorOf(entry);
    if (outputError !== null) {
      outputErrors.count += 1;
      outputErrors.first ??= outputError;
    }
    if (failures.length < MAX_FAILURES) {
      const failure = failureOf(entry);
      if (failure !== null) failures.push(failure);
    }
  }
  return { scriptError, failures, outputErrors };
}

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly source: string;
  readonly error: string;
  readonly output: string;
}

/** Most lines of a long log are k6's own warnings about failed requests: those are not even parsed. */
function readEntry(line: string): Entry | null {
  if (line.includes('"msg":"Request Failed"')) return null;
  try {
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>> | null;
    if (typeof entry !== "object" || entry === null) return null;
    const textOf = (key: string): string => (typeof entry[key] === "string" ? entry[key] : "");
    return {
      level: textOf("level"),
      message: textOf("msg"),
      source: textOf("source"),
      error: textOf("error"),
      output: textOf("output"),
    };
  } catch {
    return null;
  }
}

function scriptErrorOf({ level, message, source }: Entry): string | null {
  // What a script writes itself may be an exception that it has caught.
  if (level !== "error" || source === "console") return null;
  if (source !== "stacktrace" && !/^(?:\w*Error|Uncaught)\b/.test(message)) return null;
  return firstPlace(message);
}

/** Remote write has a field for its name; OpenTelemetry's own logger writes its failures as information. */
function outputErrorOf({ level, message, error, output, source }: Entry): string | null {
  if (source === "console") return null;
  const isPush = level === "error" && output !== "";
  if (!isPush && !/failed to upload metrics/.test(`${message} ${error}`)) return null;
  const text = [output, message.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /, ""), error]
    .filter((part) => part !== "")
    .join(": ");
  return text.slice(0, MAX_TEXT);
}

/** The kit tells of a failed request by a line of JSON on the console. */
function failureOf({ message, source }: Entry): FailedRequest | null {
  if (source !== "console" || !message.startsWith("{")) return null;
  try {
    const said = JSON.parse(message) as Readonly<Record<string, unknown>>;
    if (said["proofload"] !== "failed-request") return null;
    const { name, status, traceId } = said;
    if (typeof name !== "string" || typeof status !== "number" || typeof traceId !== "string") return null;
    return { name: name.slice(0, MAX_TEXT), status, traceId: traceId.slice(0, 64) };
  } catch {
    return null;
  }
}
