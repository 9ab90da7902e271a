import { z } from "zod";

import { durationSchema } from "../lib/config/duration.ts";
import { nearest } from "../lib/config/nearest.ts";
import { configError, parseYamlDocument } from "../lib/config/yaml.ts";
import type { ConfigProblem, YamlSource } from "../lib/config/yaml.ts";
import { problemsOf } from "../lib/config/zod-problems.ts";
import type { ExperimentPlan, FaultPlan } from "../lib/run/plan.ts";
import type { Fault } from "./fault.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name of lower-case letters, digits and dashes");

const experimentSchema = z.strictObject({
  apiVersion: z.literal("proofload.dev/v1"),
  kind: z.literal("Experiment"),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    title: z.string(),
    hypothesis: z.string(),
    /** How long the load runs undisturbed after its warm-up. */
    baseline: durationSchema,
    faults: z
      .array(
        z.strictObject({
          name,
          kind: z.string(),
          target: z.string(),
          /** How long the fault lasts; for an instant one, the least length of its phase. */
          hold: durationSchema,
          /** How long to watch before the next fault. */
          recovery: durationSchema,
          settings: z.record(z.string(), z.unknown()).default({}),
        }),
      )
      .nonempty(),
  }),
});

/** An experiment as it was written, its faults' settings validated and its times counted from the load's start. */
export interface Experiment extends ExperimentPlan {
  readonly baselineSeconds: number;
}

/** Reads an experiment; everything that is wrong with it is in one error. `warmupSeconds` is the load's. */
export function parseExperiment(source: YamlSource, faults: readonly Fault[], warmupSeconds: number): Experiment {
  const document = parseYamlDocument(source, experimentSchema);
  const { metadata, spec } = document.value;
  const problems: ConfigProblem[] = [];
  const plans: FaultPlan[] = [];
  let startSeconds = warmupSeconds + spec.baseline;
  for (const [index, fault] of spec.faults.entries()) {
    const report = (path: readonly PropertyKey[], message: string): void => {
      const whole = ["spec", "faults", index, ...path];
      problems.push({ file: source.file, line: document.lineOf(whole), path: whole, message });
    };
    if (plans.some((plan) => plan.name === fault.name))
      report(["name"], `expected a name of its own, '${fault.name}' is taken`);
    const definition = faults.find((one) => one.kind === fault.kind);
    if (definition === undefined) {
      const kinds = faults.map((one) => one.kind);
      const close = nearest(fault.kind, kinds);
      report(
        ["kind"],
        `unknown fault '${fault.kind}'; ${close === undefined ? `known are ${kinds.join(", ")}` : `did you mean '${close}'?`}`,
      );
      continue;
    }
    if (!fault.target.startsWith(`${definition.targetKind}/`)) {
      report(["target"], `expected ${definition.targetKind}/NAME: ${fault.kind} works on a ${definition.targetKind}`);
    }
    const settings = problemsOf(definition.settings, fault.settings);
    for (const { path, message } of settings.problems) report(["settings", ...path], message);
    plans.push({
      name: fault.name,
      kind: fault.kind,
      nature: definition.nature,
      callerCounts: definition.callerCounts,
      target: fault.target,
      settings: (settings.ok ? settings.value : {}) as Readonly<Record<string, unknown>>,
      startSeconds,
      holdSeconds: fault.hold,
      recoverySeconds: fault.recovery,
    });
    startSeconds += fault.hold + fault.recovery;
  }
  if (problems.length > 0) throw configError(problems);
  return {
    name: metadata.name,
    title: spec.title,
    hypothesis: spec.hypothesis,
    file: source.file,
    faults: plans,
    baselineSeconds: spec.baseline,
  };
}
