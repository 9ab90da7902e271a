import { chaosBench } from "./bench/chaos.ts";
import { gateBench } from "./bench/gate.ts";
import { gateMemoryBench } from "./bench/gate-memory.ts";
import { kitBench } from "./bench/kit.ts";
import { peersBench } from "./bench/peers.ts";
import { soakBench } from "./bench/soak.ts";
import { startupBench } from "./bench/startup.ts";

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  chaos: chaosBench,
  gate: gateBench,
  "gate-memory": gateMemoryBench,
  kit: kitBench,
  peers: peersBench,
  soak: soakBench,
  startup: startupBench,
};

const [name = ""] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(`Which one? npm run bench -- ${Object.keys(BENCHES).join("|")}`);
  process.exitCode = 2;
} else {
  await bench();
}
