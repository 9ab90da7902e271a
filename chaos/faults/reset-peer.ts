import { z } from "zod";

import { answersOnBothPaths, proveLoss, proveNoLoss } from "../measure/lost-share.ts";
import { defineToxicFault, directionSchema } from "../toxic-fault.ts";

const ENDS_WITHIN_MS = 5000;

/** Resets every connection through a Toxiproxy proxy (a TCP RST) as soon as data comes. */
export const resetPeer = defineToxicFault({
  kind: "reset-peer",
  callerCounts: true,
  settings: z.strictObject({ direction: directionSchema }),
  toxic: ({ direction }) => ({ type: "reset_peer", stream: direction, attributes: { timeout: 0 } }),
  before: answersOnBothPaths,
  prove: (world, target) => proveLoss(world, target, { end: "reset", word: "reset", timeoutMs: ENDS_WITHIN_MS }),
  proveOver: proveNoLoss,
});
