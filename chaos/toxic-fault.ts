import { z } from "zod";

import { ProofloadError, usageError } from "../lib/errors.ts";
import { createToxiproxyClient } from "../lib/toxiproxy/client.ts";
import type { Toxic } from "../lib/toxiproxy/client.ts";
import { defineFault } from "./fault.ts";
import type { Fault, FaultWorld, Proof } from "./fault.ts";
import { proxyTraffic } from "./measure/proxy-traffic.ts";
import type { Target } from "./target.ts";

/** So long what is measured once a toxic is gone may be as if it were there: a busy machine is slow at times, too. */
const OVER_WITHIN_MS = 5000;
const LOOK_AGAIN_MS = 200;

export type ProxyTarget = Extract<Target, { readonly kind: "proxy" }>;

/** A fault that is one toxic on one proxy, held until the toxic is taken away. */
export interface ToxicFault<Settings, Before> {
  readonly kind: string;
  /** True when requests get lost in it. */
  readonly callerCounts: boolean;
  readonly settings: z.ZodType<Settings>;
  toxic(settings: Settings): Pick<Toxic, "type" | "stream" | "attributes">;
  /** Measures the proxy as it is; throws when the effect could not be told from that. */
  before(world: FaultWorld, target: ProxyTarget, settings: Settings): Promise<Before>;
  /** Measures the effect; that the toxic is there was seen. */
  prove(world: FaultWorld, target: ProxyTarget, settings: Settings, before: Before): Promise<Proof>;
  /** Measures that the effect is over; that the toxic is gone was seen. */
  proveOver(world: FaultWorld, target: ProxyTarget, settings: Settings, before: Before): Promise<Proof>;
}

/** Which way a toxic works: on what comes back from the upstream, or on what is sent to it. */
export const directionSchema = z.enum(["downstream", "upstream"]).default("downstream");

/** Makes a {@link Fault} of a toxic: it is named after the run, proven to be there each time, and taken away by its name alone. */
export function defineToxicFault<Settings, Before>(definition: ToxicFault<Settings, Before>): Fault {
  const { kind } = definition;
  return defineFault({
    kind,
    nature: "held",
    callerCounts: definition.callerCounts,
    targetKind: "proxy",
    settings: definition.settings,
    undoRecordSchema: z.strictObject({ apiUrl: z.string(), proxy: z.string(), toxic: z.string() }),

    resolve: async (world, target, name, settings) => {
      const proxy = await resolveProxy(world, target, kind);
      return {
        proxy,
        toxic: `proofload-${world.runId}-${name}`,
        before: await definition.before(world, proxy, settings),
      };
    },

    undoRecord: ({ prepared: { proxy, toxic } }) => ({ apiUrl: proxy.apiUrl, proxy: proxy.proxyName, toxic }),

    locks: ({ prepared: { proxy } }) => [proxyLock(proxy)],

    undoCommand: ({ apiUrl, proxy, toxic }) => `curl -X DELETE ${apiUrl}/proxies/${proxy}/toxics/${toxic}`,

    inject: async ({ env }, { prepared: { proxy, toxic }, settings }) =>
      createToxiproxyClient(env, proxy.apiUrl).addToxic(proxy.proxyName, {
        name: toxic,
        toxicity: 1,
        ...definition.toxic(settings),
      }),

    prove: async (world, { prepared: { proxy, toxic, before }, settings }) => {
      const missing = await whyNoToxic(world, proxy, toxic);
      return missing === null ? definition.prove(world, proxy, settings, before) : unseen(missing);
    },

    undo: async ({ env }, record) => createToxiproxyClient(env, record.apiUrl).removeToxic(record.proxy, record.toxic),

    proveUndone: async (world, { prepared: { proxy, toxic, before }, settings }) =>
      (await whyNoToxic(world, proxy, toxic)) === null
        ? unseen(`the toxic ${toxic} is still there`)
        : lookUntilOver(world, () => definition.proveOver(world, proxy, settings, before)),

    traffic: (world, { prepared: { proxy } }) => proxyTraffic(world, proxy),
  });
}

/** The target of a fault on proxies; throws when it is of another kind, or no enabled proxy of that name is there. */
export async function resolveProxy(world: FaultWorld, target: Target, kind: string): Promise<ProxyTarget> {
  if (target.kind !== "proxy") throw usageError("wrong-target", `${kind} works on a proxy, not on a ${target.kind}`);
  const proxy = await createToxiproxyClient(world.env, target.apiUrl).getProxy(target.proxyName);
  if (proxy?.enabled === true) return target;
  throw new ProofloadError({
    code: "no-proxy",
    message: `Toxiproxy has no enabled proxy '${target.proxyName}'`,
    exitCode: 4,
  });
}

/** What nobody else may touch while a fault is on a proxy. */
export function proxyLock({ apiUrl, proxyName }: Pick<ProxyTarget, "apiUrl" | "proxyName">): string {
  return `toxiproxy ${apiUrl} ${proxyName}`;
}

/** Null when the toxic is there on an enabled proxy. */
async function whyNoToxic({ env }: FaultWorld, target: ProxyTarget, toxic: string): Promise<string | null> {
  const proxy = await createToxiproxyClient(env, target.apiUrl).getProxy(target.proxyName);
  if (proxy === null) return `the proxy ${target.proxyName} is gone: Toxiproxy was restarted, or somebody removed it`;
  if (!proxy.enabled) return `the proxy ${target.proxyName} was disabled by somebody`;
  return proxy.toxics.some(({ name }) => name === toxic)
    ? null
    : `the toxic ${toxic} is gone: Toxiproxy was restarted, or somebody removed it`;
}

async function lookUntilOver({ env: { clock }, signal }: FaultWorld, look: () => Promise<Proof>): Promise<Proof> {
  const giveUpAt = clock.monotonicMs() + OVER_WITHIN_MS;
  for (;;) {
    const proof = await look();
    if (proof.held || clock.monotonicMs() >= giveUpAt) return proof;
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
}

function unseen(message: string): Proof {
  return { held: false, measurement: null, message };
}
