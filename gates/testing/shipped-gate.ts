import type { YamlSource } from "../../lib/config/yaml.ts";
import type { GatePlan } from "../../lib/run/plan.ts";
import { parseGate } from "../parse-gate.ts";
import { parseSlos } from "../parse-slos.ts";
import { planGate } from "../plan-gate.ts";
import { PHASES, RUN_ID } from "./simulate-run.ts";

/** Plans gates/pr.yaml for the simulated run, as a real run does. */
export function planShippedGate(files: { readonly gate: YamlSource; readonly slos: readonly YamlSource[] }): GatePlan {
  return planGate({
    gate: parseGate(files.gate),
    slos: parseSlos(files.slos),
    phases: PHASES.map(([phase]) => ({ phase, callerCounts: phase === "fault/process-kill" })),
    labels: {},
    callerLabels: { testid: RUN_ID },
  });
}
