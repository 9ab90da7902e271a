import type { Fault } from "../fault.ts";
import { latency } from "./latency.ts";
import { processKill } from "./process-kill.ts";

/** Every fault there is: a new one is a file in this folder and a line here. */
export const FAULTS: readonly Fault[] = [latency, processKill];
