import { listJournals, readJournal } from "../../chaos/journal.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf } from "../../lib/errors.ts";
import { isRunning } from "../../lib/process/identity.ts";
import type { Check } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";
import type { Finding } from "./finding.ts";

const CURE = "proofload chaos recover";

/** Nothing of an earlier run is left. It is only listed; `chaos recover` ends it. */
export const checkLeftovers: Check = {
  name: "leftovers",
  examine: async ({ env }) => {
    const findings = await Promise.all(listJournals(env).map((path) => examineJournal(env, path)));
    return findings.length > 0 ? findings : [ok("leftovers", "no earlier run left anything behind")];
  },
};

async function examineJournal(env: Env, path: string): Promise<Finding> {
  try {
    const { runId, runner, open, owed } = readJournal(path);
    if (await isRunning(env, runner)) {
      return warn("leftovers", `run ${runId} is going on`, "Wait for its end: two runs disturb each other.");
    }
    const left = [
      ...open.map(({ fault, target }) => `${fault} on ${target}`),
      ...owed.map(({ step }) => `what it started as ${step.process}`),
    ];
    return left.length === 0
      ? warn("leftovers", `run ${runId} was cut off; its programs may still be there`, CURE)
      : bad("leftovers", `run ${runId} was cut off and may have left ${left.join(", ")}`, CURE);
  } catch (error) {
    return bad("leftovers", `${path} can't be read: ${messageOf(error)}`, CURE);
  }
}
