import { z } from "zod";

import { EXIT_CODES } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { RunRecord } from "./record.ts";
import type { VerdictWord } from "./verdict.ts";

const exitCode = z
  .number()
  .refine((code) => code in EXIT_CODES, "expected an exit code of proofload")
  .transform((code) => code as ExitCode);

/** ci.json: what `proofload ci` set out to play, and how far it came. Written anew before and after each run, so that a job that is killed leaves the truth. */
export const ciRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  gate: z.string().nullable(),
  environment: z.string().nullable(),
  runs: z
    .array(
      z.strictObject({
        experiment: z.string().nullable(),
        state: z.enum(["planned", "started", "ended"]),
        /** Its tries in order; the last one's verdict counts. */
        runIds: z.array(z.string().regex(/^[\w.-]+$/, "expected a run's id")),
        exitCode: exitCode.nullable(),
        /** What it ended with in place of a verdict. */
        error: z.strictObject({ message: z.string(), hint: z.string().nullable() }).nullable(),
      }),
    )
    .min(1),
});

export type CiRecord = z.infer<typeof ciRecordSchema>;

/** One run of a `proofload ci`, as it is published. */
export interface CiRun {
  /** `ci with store-dies`. */
  readonly label: string;
  readonly verdict: VerdictWord;
  readonly exitCode: ExitCode;
  readonly summary: string;
  readonly hint: string | null;
  /** Null where it came to no verdict. */
  readonly record: RunRecord | null;
}

/** What a `proofload ci` came to: the worst of its runs. */
export interface CiResult {
  readonly verdict: VerdictWord;
  readonly exitCode: ExitCode;
  readonly runs: readonly CiRun[];
}
