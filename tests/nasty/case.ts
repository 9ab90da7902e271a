import type { ReasonCode } from "../../lib/run/reasons.ts";
import type { VerdictWord } from "../../lib/run/verdict.ts";
import type { HistorySeries } from "../support/history.ts";
import type { World } from "./world.ts";

/** What a case came to: a verdict with the reason of its first objective (or of all of it), or a question that was refused. */
export interface Outcome {
  readonly verdict: VerdictWord | "none";
  readonly code: ReasonCode | null;
  readonly exitCode: number;
  /** The reason's words, or what was said on standard error. */
  readonly message: string;
}

export type Expected = readonly [verdict: Outcome["verdict"], code: ReasonCode | null, exitCode: number];

/** One question to a real Prometheus. */
export interface Case {
  /** Its number among {@link NASTY_INPUTS}; 0 for a healthy window. */
  readonly number: number;
  readonly name: string;
  /** What the Prometheus holds for it. */
  readonly series?: readonly (readonly HistorySeries[])[];
  readonly expected: Expected;
  /** Reasons for the same verdict that other versions and servers give: a warning of Prometheus 3, NaN that VictoriaMetrics leaves out. */
  readonly elsewhere?: readonly ReasonCode[];
  /** Of a question that is refused: what is said. */
  readonly says?: RegExp;
  /** Asks; `label` is the value of `case` on its series. */
  readonly ask: (world: World, label: string) => Promise<Outcome>;
}

export const pass: Expected = ["pass", "interval-inside", 0];
export const held: Expected = ["pass", "slices-held", 0];
export const fail: Expected = ["fail", "interval-outside", 1];
export const unknown = (code: ReasonCode): Expected => ["inconclusive", code, 3];
export const away = (code: ReasonCode): Expected => ["error", code, 4];
/** The question itself was wrong: nothing was judged. */
export const refused: Expected = ["none", null, 2];
