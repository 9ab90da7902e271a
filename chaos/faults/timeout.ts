import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { answersOnBothPaths, proveLoss, proveNoLoss } from "../measure/lost-share.ts";
import { defineToxicFault } from "../toxic-fault.ts";

/** Lets connections through a Toxiproxy proxy open and stay open, while no data comes. */
export const timeout = defineToxicFault({
  kind: "timeout",
  callerCounts: true,
  settings: z.strictObject({
    /** So long a probe waits before silence counts. */
    silence: durationSchema.refine((seconds) => seconds > 0, "expected more than 0s").default(0.5),
  }),
  // On what is sent: of what comes back the upstream's own end would end the silence. 0: connections stay open until the toxic is taken away.
  toxic: () => ({ type: "timeout", stream: "upstream", attributes: { timeout: 0 } }),
  before: answersOnBothPaths,
  prove: (world, target, { silence }) =>
    proveLoss(world, target, { end: "silent", word: "without an answer", timeoutMs: silence * 1000 }),
  proveOver: proveNoLoss,
});
