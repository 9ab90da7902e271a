import type { YamlSource } from "../../lib/config/yaml.ts";
import type { GatePlan } from "../../lib/run/plan.ts";
import { parseGate } from "../model/parse-gate.ts";
import { parseSlos } from "../model/parse-slos.ts";
import { planGate } from "../plan-gate.ts";
import { PHASES, RUN_ID, STAIRCASE } from "./simulate-run.ts";

interface Files {
  readonly gate: YamlSource;
  readonly slos: readonly YamlSource[];
}

/** Plans gates/stress.yaml for the simulated staircase, as a real run does. */
export function planStressGate(files: Files): GatePlan {
  return planGate({
    gate: parseGate(files.gate),
    slos: parseSlos(files.slos),
    phases: STAIRCASE.map(([phase]) => ({ phase, callerCounts: false })),
    labels: {},
    callerLabels: { testid: RUN_ID },
  });
}

/** Plans gates/pr.yaml for the simulated run, as a real run does. */
export function planShippedGate(files: Files): GatePlan {
  return planGate({
    gate: parseGate(files.gate),
    slos: parseSlos(files.slos),
    phases: PHASES.map(([phase]) => ({ phase, callerCounts: phase === "fault/process-kill" })),
    labels: {},
    callerLabels: { testid: RUN_ID },
  });
}
