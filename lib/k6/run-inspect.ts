import { readFile } from "node:fs/promises";

import { nearest } from "../config/nearest.ts";
import type { Env } from "../env.ts";
import { ProofloadError } from "../errors.ts";
import { passedOn } from "../process/program.ts";
import { badScenario } from "./bad-scenario.ts";
import { k6InspectArgv, k6InspectVars } from "./command.ts";
import { BUILT_IN_METRICS } from "./names.ts";
import { firstPlace } from "./stack.ts";

const INSPECT_TIMEOUT_MS = 30_000;

export interface RunInspectOptions {
  readonly program: string;
  readonly bundle: string;
  /** The scenario's source, as errors and the plan name it. */
  readonly file: string;
  /** What the scenario reads from `__ENV`, the same as in the run. */
  readonly scenarioEnv: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What `k6 inspect` prints of a bundle; a script that k6 can't read is an error (exit code 2). */
export async function runInspect(env: Pick<Env, "run" | "vars">, options: RunInspectOptions): Promise<string> {
  const { file } = options;
  const result = await env
    .run({
      argv: k6InspectArgv(options.program, options.bundle),
      // Our own K6_* variables are not there in the run either.
      only: { ...passedOn(env.vars), ...k6InspectVars(options.scenarioEnv) },
      timeoutMs: INSPECT_TIMEOUT_MS,
      signal: options.signal,
    })
    .catch((error: unknown) => {
      if (error instanceof ProofloadError && error.code === "command-too-slow") {
        throw badScenario(
          file,
          `k6 did not get to the end of the script's init code within ${INSPECT_TIMEOUT_MS / 1000} s`,
        );
      }
      throw error;
    });
  if (result.code === 0) return result.stdout;
  const message = firstError(result.stderr);
  const [, metric] = /no metric name "([^"]*)" found/.exec(message) ?? [];
  if (metric !== undefined) throw await unknownMetric(options, metric);
  // What the kit refuses, it says itself; k6 has no part in it.
  const [, refused] = /^Error: (.*)$/s.exec(message) ?? [];
  throw badScenario(file, refused === undefined ? `k6 could not read the scenario: ${message}` : asAsked(refused));
}

/** A variable of the kit by the option that a user knows it by. */
function asAsked(message: string): string {
  return message.replaceAll(/PROOFLOAD_(RATE|DURATION|SCALE)/g, (_, name: string) => `--${name.toLowerCase()}`);
}

/** k6 knows no metric that the init code did not make. */
async function unknownMetric({ file, bundle }: RunInspectOptions, metric: string): Promise<ProofloadError> {
  const source = await readFile(bundle, "utf8").catch(() => "");
  const made = [...source.matchAll(/\b(?:Counter|Gauge|Rate|Trend|kpi)\d*\(\s*["'`](\w+)["'`]/g)].map(
    ([, name = ""]) => name,
  );
  const close = nearest(metric, [...made, ...BUILT_IN_METRICS]);
  return badScenario(
    file,
    `a threshold is on the metric '${metric}', which does not exist`,
    close === undefined
      ? `This script makes ${made.join(", ") || "no metric"}; k6 itself has ${BUILT_IN_METRICS.join(", ")}.`
      : `Did you mean '${close}'?`,
  );
}

/** k6's own message, with the place of an exception. */
function firstError(stderr: string): string {
  const lines = stderr.split("\n");
  const line =
    lines.find((text) => /\blevel=error\b/.test(text)) ?? lines.find((text) => text.trim() !== "") ?? "no message";
  const [, quoted] = /msg="((?:[^"\\]|\\.)*)"/.exec(line) ?? [];
  return firstPlace(quoted === undefined ? line : unquoted(quoted));
}

/** A text as Go quotes it; of its escapes JSON does not know the rare ones. */
function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
