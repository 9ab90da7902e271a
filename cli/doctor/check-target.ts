import { messageOf } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import { runningServices } from "./addresses.ts";
import type { RunningService } from "./addresses.ts";
import type { Check, Surroundings } from "./check.ts";
import { bad, ok } from "./finding.ts";
import type { Finding } from "./finding.ts";

const TIMEOUT_MS = 4000;

/** What somebody else runs answers without an error, as a run waits for. */
export const checkTarget: Check = {
  name: "service",
  examine: async (around) => {
    if (around.project === null) return [];
    return Promise.all(runningServices(around.project).map((service) => ask(around, service)));
  },
};

async function ask({ env, signal }: Surroundings, { name, url }: RunningService): Promise<Finding> {
  const cure = "Start it, or change `url` and `ready` in proofload.yaml; with `command` a run starts it itself.";
  try {
    const { status } = await httpRequest(env, url, { timeoutMs: TIMEOUT_MS, signal });
    if (status < 400) return ok("service", `${name} answers ${status} at ${url}`);
    return bad(
      "service",
      `${name} answers ${status} at ${url}`,
      "Mend it, or let `ready` name an address that answers below 400.",
    );
  } catch (error) {
    return bad("service", `${name} does not answer at ${url}: ${messageOf(error)}`, cure);
  }
}
