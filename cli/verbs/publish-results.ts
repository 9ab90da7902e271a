import { resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { publishGrafana } from "../publish/grafana.ts";
import { CI_DIR, readCiResult } from "../publish/read-result.ts";
import { publishRemoteWrite } from "../publish/remote-write.ts";

/** Where results can be pushed to; another place is a file of cli/publish/ and a line here. */
const PLACES = { "remote-write": publishRemoteWrite, grafana: publishGrafana } as const;

export type Place = keyof typeof PLACES;

/** `proofload publish remote-write|grafana`: pushes the runs of a `proofload ci` that came to a verdict. Answers 0, whatever that is. */
export async function publishResultsVerb(env: Env, place: Place, dir: string | undefined): Promise<ExitCode> {
  const folder = resolve(env.cwd, dir ?? CI_DIR);
  const records = readCiResult(folder).runs.flatMap(({ record }) => (record === null ? [] : [record]));
  if (records.length === 0)
    throw usageError("nothing-to-publish", `${folder} has no run with a verdict`, "`proofload ci` makes one.");
  await PLACES[place](env, records);
  env.stderr.write(`${place}: ${records.length === 1 ? "1 run" : `${records.length} runs`} published\n`);
  return 0;
}
