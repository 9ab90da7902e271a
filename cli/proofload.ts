import { createNodeEnv } from "../lib/node-env.ts";
import { main } from "./main.ts";
import { explain } from "./text/explain.ts";

const env = createNodeEnv();
// Node would end with 1, which means that an objective was missed. The guardian undoes what is left.
process.on("uncaughtException", (error) => {
  process.exit(explain(env, error));
});
const exitCode = await main(env);
// Nothing that is still open may hold the shell up, once everything was written.
process.stderr.write("", () => process.stdout.write("", () => process.exit(exitCode)));
