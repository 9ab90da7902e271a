import { createNodeEnv } from "../lib/node-env.ts";
import { main } from "./main.ts";

process.exitCode = await main(createNodeEnv());
