import type { LoadEvidence } from "../../lib/run/evidence.ts";
import type { LoadLimits, LoadPlan } from "../../lib/run/plan.ts";
import type { Reason } from "../../lib/run/verdict.ts";
import type { Delivery } from "./delivery.ts";
import { formatCount, formatShare } from "../format.ts";

type Health = Pick<Delivery, "cpuShare" | "startLagP99Seconds">;

/** What was wrong with k6 while it made the load: short of CPU, late, or not watched at all. */
export function paceReasons({ cpuShare, startLagP99Seconds }: Health, limits: LoadLimits): readonly Reason[] {
  const reasons: Reason[] = [];
  if (cpuShare === null && startLagP99Seconds === null) {
    reasons.push({ code: "load-unobserved", message: "neither k6's CPU nor its start-lag was observed" });
  }
  if (cpuShare !== null && !(cpuShare <= limits.maxCpuShare)) {
    const message = `k6 used ${formatShare(cpuShare)} of the CPU, ${formatShare(limits.maxCpuShare)} is the limit`;
    reasons.push({ code: "generator-saturated", message });
  }
  if (startLagP99Seconds !== null && !(startLagP99Seconds <= limits.maxStartLagSeconds)) {
    const message = `one iteration in a hundred started ${startLagP99Seconds.toFixed(2)} s late or later, ${limits.maxStartLagSeconds} s is the limit`;
    reasons.push({ code: "generator-saturated", message });
  }
  return reasons;
}

/** What was wrong with k6's memory, or with the machine that it had to itself in part only. */
export function machineReasons({ memoryPeakBytes, machine }: LoadEvidence, limits: LoadLimits): readonly Reason[] {
  const reasons: Reason[] = [];
  const { memoryBytes, stealShare } = machine;
  if (memoryPeakBytes !== null && memoryBytes !== null) {
    const share = memoryPeakBytes / memoryBytes;
    if (!(share <= limits.maxMemoryShare)) {
      const message = `k6 held ${formatShare(share)} of the memory, ${formatShare(limits.maxMemoryShare)} is the limit`;
      reasons.push({ code: "generator-saturated", message });
    }
  }
  if (stealShare !== null && !(stealShare <= limits.maxStealShare)) {
    const message = `the hypervisor gave ${formatShare(stealShare)} of the CPU to others, ${formatShare(limits.maxStealShare)} is the limit`;
    reasons.push({ code: "machine-busy", message });
  }
  return reasons;
}

/** Whether k6 ran short of VUs, in an open model: a closed one keeps all of them busy. */
export function vuReasons({ vusPeak }: LoadEvidence, load: LoadPlan, limits: LoadLimits): readonly Reason[] {
  if (load.unit === "VUs") return [];
  if (vusPeak === null) return [{ code: "load-unobserved", message: "how many VUs were busy was not observed" }];
  if (vusPeak / load.maxVUs <= limits.maxVuShare) return [];
  const message = `${formatCount(vusPeak)} of ${formatCount(load.maxVUs)} VUs were busy at once, ${formatShare(limits.maxVuShare)} is the limit`;
  return [{ code: "vus-at-ceiling", message }];
}
