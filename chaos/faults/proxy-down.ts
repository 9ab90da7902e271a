import { z } from "zod";

import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import { defineFault } from "../fault.ts";
import { answersOnBothPaths, proveLoss, proveNoLoss } from "../measure/lost-share.ts";
import { proxyLock, resolveProxy } from "../toxic-fault.ts";

const ENDS_WITHIN_MS = 2000;

/** Takes a Toxiproxy proxy down: its connections are closed and new ones are refused. */
export const proxyDown = defineFault({
  kind: "proxy-down",
  nature: "held",
  callerCounts: true,
  targetKind: "proxy",
  settings: z.strictObject({}),
  undoRecordSchema: z.strictObject({ apiUrl: z.string(), proxy: z.string() }),

  resolve: async (world, target) => {
    const proxy = await resolveProxy(world, target, "proxy-down");
    await answersOnBothPaths(world, proxy);
    return proxy;
  },

  undoRecord: ({ prepared }) => ({ apiUrl: prepared.apiUrl, proxy: prepared.proxyName }),

  locks: ({ prepared }) => [proxyLock(prepared)],

  undoCommand: ({ apiUrl, proxy }) => `curl -X POST -d '{"enabled":true}' ${apiUrl}/proxies/${proxy}`,

  inject: async ({ env }, { prepared }) =>
    createToxiproxyClient(env, prepared.apiUrl).setEnabled(prepared.proxyName, false),

  prove: (world, { prepared }) =>
    proveLoss(world, prepared, { end: "refused", word: "refused", timeoutMs: ENDS_WITHIN_MS }),

  undo: async ({ env }, { apiUrl, proxy }) => createToxiproxyClient(env, apiUrl).setEnabled(proxy, true),

  proveUndone: (world, { prepared }) => proveNoLoss(world, prepared),
});
