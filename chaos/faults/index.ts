import type { Fault } from "../fault.ts";
import { bandwidth } from "./bandwidth.ts";
import { containerKill } from "./container-kill.ts";
import { containerPause } from "./container-pause.ts";
import { containerStop } from "./container-stop.ts";
import { cpu } from "./cpu.ts";
import { diskFill } from "./disk-fill.ts";
import { latency } from "./latency.ts";
import { memory } from "./memory.ts";
import { networkPartition } from "./network-partition.ts";
import { packetLoss } from "./packet-loss.ts";
import { processKill } from "./process-kill.ts";
import { processPause } from "./process-pause.ts";
import { proxyDown } from "./proxy-down.ts";
import { resetPeer } from "./reset-peer.ts";
import { timeout } from "./timeout.ts";

/** Every fault there is: a new one is a file in this folder and a line here. */
export const FAULTS: readonly Fault[] = [
  latency,
  bandwidth,
  timeout,
  resetPeer,
  proxyDown,
  processKill,
  processPause,
  containerKill,
  containerStop,
  containerPause,
  networkPartition,
  packetLoss,
  cpu,
  memory,
  diskFill,
];
