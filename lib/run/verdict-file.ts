import type { z } from "zod";

import { formatPath } from "../config/yaml.ts";
import { problemsOf } from "../config/zod-problems.ts";
import type { ExperimentVerdict, GateVerdict, RunVerdict } from "./verdict.ts";
import {
  experimentVerdictFileSchema,
  gateVerdictFileSchema,
  runVerdictFileSchema,
  VERDICT_SCHEMA_ID,
} from "./verdict-schema.ts";

/** verdict.json's text. `indent` is JSON's: left out, it is one line. */
export function verdictFileText(verdict: RunVerdict | GateVerdict | ExperimentVerdict, indent?: number): string {
  return `${JSON.stringify({ $schema: VERDICT_SCHEMA_ID, ...verdict }, nonFinite, indent)}\n`;
}

/** JSON has no word for them and would make null of them, which means something else. */
function nonFinite(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

export type VerdictReading<Verdict = RunVerdict> =
  | { readonly ok: true; readonly verdict: Verdict }
  /** Each with its dotted path. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads the verdict of a run from verdict.json's text; what doesn't fit the schema, or contradicts itself, is no verdict. */
export function readRunVerdict(text: string): VerdictReading {
  return readVerdict(text, runVerdictFileSchema, (verdict) => contradictionIn(verdict));
}

/** The same of a gate that judged a window without a run. */
export function readGateVerdict(text: string): VerdictReading<GateVerdict> {
  return readVerdict(text, gateVerdictFileSchema, (verdict) => contradictionIn({ ...verdict, capacity: null }));
}

/** The same of an experiment that was played without load. */
export function readExperimentVerdict(text: string): VerdictReading<ExperimentVerdict> {
  return readVerdict(text, experimentVerdictFileSchema, (verdict) =>
    contradictionIn({ ...verdict, objectives: [], capacity: null }),
  );
}

function readVerdict<Verdict extends object>(
  text: string,
  schema: z.ZodType<Verdict & { readonly $schema: string }>,
  contradiction: (verdict: Omit<Verdict, "$schema">) => string | null,
): VerdictReading<Omit<Verdict, "$schema">> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: ["it is no JSON"] };
  }
  if (typeof value === "object" && value !== null && "schemaVersion" in value && value.schemaVersion !== 1) {
    return { ok: false, problems: ["it is of another version of proofload"] };
  }
  const read = problemsOf(schema, value);
  if (!read.ok) {
    return {
      ok: false,
      problems: read.problems.map(({ path, message }) => `${formatPath(path as string[])}: ${message}`),
    };
  }
  const { $schema: _, ...verdict } = read.value;
  const wrong = contradiction(verdict);
  return wrong === null ? { ok: true, verdict } : { ok: false, problems: [wrong] };
}

/** Which exit codes each verdict can have. */
const CODES_OF: Readonly<Record<RunVerdict["verdict"], readonly number[]>> = {
  pass: [0],
  fail: [1, 130, 143],
  inconclusive: [3, 130, 143],
  error: [4, 5, 70],
};

/** What can't be: somebody changed the file. */
function contradictionIn({
  verdict,
  exitCode,
  objectives,
  capacity,
  reasons,
}: Pick<RunVerdict, "verdict" | "exitCode" | "objectives" | "capacity" | "reasons">): string | null {
  if (!CODES_OF[verdict].includes(exitCode)) return `its verdict is '${verdict}' and its exit code ${exitCode}`;
  if (verdict !== "pass") return null;
  if (reasons.length > 0) return `its verdict is 'pass', and reasons[0] stands against it: ${reasons[0]?.code}`;
  // Steps of a stress above the rate that was asked for may break.
  const missed = objectives.findIndex(
    (one) => one.verdict === "fail" && !(capacity !== null && one.phase.startsWith("step/")),
  );
  return missed === -1 ? null : `its verdict is 'pass', and objectives[${missed}] failed`;
}
