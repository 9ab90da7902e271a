import { z } from "zod";

import { parseYamlDocument } from "../lib/config/yaml.ts";
import type { YamlSource } from "../lib/config/yaml.ts";
import { isJudgedPhase } from "../lib/run/phase.ts";

/** A gate file: which SLO is judged in which phases. */
export interface Gate {
  readonly name: string;
  readonly file: string;
  /** Of each one-sided bound. */
  readonly confidence: number;
  readonly objectives: readonly GateObjective[];
}

export interface GateObjective {
  /** metadata.name of an SLO. */
  readonly slo: string;
  readonly line: number;
  /** A phase's name, or a prefix that ends in `/*`. */
  readonly phases: readonly { readonly pattern: string; readonly line: number }[];
}

const pattern = z
  .string()
  .regex(/^[a-z0-9-]+(\/([a-z0-9-]+|\*))?$/, { error: 'expected a phase such as baseline, fault/latency or "fault/*"' })
  .refine(isJudgedPhase, { error: "warmup and settle are never judged" });

const gateSchema = z.strictObject({
  apiVersion: z.literal("proofload.dev/v1"),
  kind: z.literal("Gate"),
  metadata: z.strictObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    confidence: z.number().check(({ value, issues }) => {
      if (value >= 0.5 && value <= 0.9999) return;
      issues.push({ code: "custom", message: "expected a confidence from 0.5 to 0.9999, such as 0.95", input: value });
    }),
    objectives: z
      .array(
        z.strictObject({
          slo: z.string(),
          phases: z.array(pattern).min(1, { error: "expected at least one phase" }),
        }),
      )
      .min(1, { error: "expected at least one objective" }),
  }),
});

/** Reads a gate file; throws one `invalid-config` error with all problems. */
export function parseGate(source: YamlSource): Gate {
  const { file, value, lineOf } = parseYamlDocument(source, gateSchema);
  return {
    name: value.metadata.name,
    file,
    confidence: value.spec.confidence,
    objectives: value.spec.objectives.map(({ slo, phases }, index) => ({
      slo,
      line: lineOf(["spec", "objectives", index, "slo"]),
      phases: phases.map((pattern, position) => ({
        pattern,
        line: lineOf(["spec", "objectives", index, "phases", position]),
      })),
    })),
  };
}
