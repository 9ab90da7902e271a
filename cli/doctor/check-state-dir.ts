import { journalFolder } from "../../chaos/journal.ts";
import type { Check } from "./check.ts";
import { bad, ok } from "./finding.ts";

/** Faults can be journalled before they are injected. */
export const checkStateDir: Check = {
  name: "state",
  examine: ({ env, machine }) => {
    const folder = journalFolder(env);
    const why = machine.whyNotWritable(folder);
    if (why === null) return [ok("state", `journals of faults go to ${folder}`)];
    return [
      bad("state", `journals of faults can't be written: ${why}`, "Let PROOFLOAD_STATE_DIR name another folder."),
    ];
  },
};
