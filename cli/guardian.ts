import { join } from "node:path";

import { FAULTS } from "../chaos/faults/index.ts";
import { guard } from "../chaos/guardian.ts";
import { openDurableFile } from "../lib/durable-file.ts";
import { createNodeEnv } from "../lib/node-env.ts";

const env = createNodeEnv();
// Whatever goes wrong in one place must not keep the others from being undone.
process.on("uncaughtException", (error) => env.stderr.write(`${error.stack ?? error.message}\n`));
const [journalPath = "", runDir = "", leaseMs = ""] = env.argv;
process.exitCode = await guard(env, {
  journalPath,
  leaseMs: Number(leaseMs),
  faults: FAULTS,
  input: env.stdin,
  emit: (event) => {
    const events = openDurableFile(join(runDir, "events.ndjson"));
    events.append(`${JSON.stringify(event)}\n`);
    events.close();
  },
});
// The pipe and timers of a guardian that is done must not keep it.
env.exit(process.exitCode);
