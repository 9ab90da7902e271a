import { env } from "node:process";

import * as fc from "fast-check";

/**
 * The same draws every time, so that a test run that passed passes again; a hunt (`FUZZ_RUNS`) draws others each time, and `FUZZ_SEED` those of a seed that
 * fast-check named.
 */
const { FUZZ_SEED, FUZZ_RUNS } = env;
if (FUZZ_SEED !== undefined) fc.configureGlobal({ seed: Number(FUZZ_SEED) });
else if (FUZZ_RUNS === undefined) fc.configureGlobal({ seed: 20_261_126 });

export { fc };
