import { z } from "zod";

import { usageError } from "../lib/errors.ts";
import type { CheckSpec } from "./experiment-schema.ts";

/** An activity of a Chaos Toolkit experiment, as far as it may be understood. */
const activitySchema = z.looseObject({
  type: z.enum(["action", "probe"]),
  name: z.string(),
  tolerance: z.unknown().optional(),
  background: z.boolean().optional(),
  provider: z.looseObject({
    type: z.string(),
    module: z.string().optional(),
    func: z.string().optional(),
    arguments: z.record(z.string(), z.unknown()).optional(),
    url: z.string().optional(),
    method: z.string().optional(),
    timeout: z.union([z.number(), z.array(z.number())]).optional(),
  }),
  pauses: z.looseObject({ before: z.number().optional(), after: z.number().optional() }).optional(),
});
type Activity = z.infer<typeof activitySchema>;

const experimentSchema = z.looseObject({
  title: z.string(),
  description: z.string().default(""),
  "steady-state-hypothesis": z
    .looseObject({ title: z.string(), probes: z.array(activitySchema).default([]) })
    .nullish(),
  method: z.array(activitySchema),
  rollbacks: z.array(activitySchema).nullish(),
});

/** A fault for an experiment's file. */
interface ImportedFault {
  readonly kind: string;
  readonly target: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Actions whose meaning is the same here, by their function. */
const ACTIONS: Readonly<Record<string, (args: Readonly<Record<string, unknown>>) => ImportedFault | null>> = {
  "chaostoxi.toxic.actions.create_latency_toxic": ({ for_proxy: proxy, latency, jitter = 0 }) =>
    typeof proxy !== "string" || typeof latency !== "number" || typeof jitter !== "number"
      ? null
      : {
          kind: "latency",
          target: `proxy/${proxy}`,
          settings: { latency: `${latency}ms`, ...(jitter > 0 ? { jitter: `${jitter}ms` } : {}) },
        },
  "chaostoxi.toxic.actions.create_bandwith_degradation_toxic": ({ for_proxy: proxy, rate }) =>
    typeof proxy !== "string" || typeof rate !== "number"
      ? null
      : { kind: "bandwidth", target: `proxy/${proxy}`, settings: { rate } },
  "chaostoxi.proxy.actions.disable_proxy": ({ proxy_name: proxy }) =>
    typeof proxy !== "string" ? null : { kind: "proxy-down", target: `proxy/${proxy}`, settings: {} },
};

/** What undoes those: every fault is undone here anyway. */
const UNDOS = [
  "chaostoxi.toxic.actions.delete_toxic",
  "chaostoxi.proxy.actions.enable_proxy",
  "chaostoxi.proxy.actions.reset",
];

const HOLD_SECONDS = 10;
const RECOVERY_SECONDS = 10;

/**
 * A Chaos Toolkit experiment (parsed JSON or YAML) as the content of an experiment's file here: HTTP probes of its hypothesis, and Toxiproxy's actions as faults, each held as long as the
 * pause after it. Throws a usage error (exit code 2) that lists each part whose meaning would not survive; nothing is left out in silence.
 */
export function importChaosToolkit(content: unknown, name: string): object {
  const read = experimentSchema.safeParse(content);
  if (!read.success)
    throw usageError("bad-import", `this is no Chaos Toolkit experiment:\n${z.prettifyError(read.error)}`);
  const { title, description, method, rollbacks } = read.data;
  const hypothesis = read.data["steady-state-hypothesis"];
  const lost: string[] = [];
  const steadyState = (hypothesis?.probes ?? []).flatMap((probe, index) => {
    const check = checkOf(probe);
    if (check === null)
      lost.push(`steady-state-hypothesis.probes[${index}] (${probe.name}): only GETs with a status as tolerance`);
    return check === null ? [] : [{ name: nameFor(probe.name, index), ...check }];
  });
  const faults = method.flatMap((activity, index) => {
    const fault = faultOf(activity);
    if (fault === "an undo") return [];
    if (fault === null) lost.push(`method[${index}] (${activity.name}): ${functionOf(activity)}`);
    const { before = 0, after = HOLD_SECONDS } = activity.pauses ?? {};
    return fault === null
      ? []
      : [
          {
            name: nameFor(activity.name, index),
            ...fault,
            ...(before > 0 ? { wait: `${before}s` } : {}),
            hold: `${after}s`,
            recovery: `${RECOVERY_SECONDS}s`,
          },
        ];
  });
  for (const [index, activity] of (rollbacks ?? []).entries()) {
    if (!UNDOS.includes(functionOf(activity)))
      lost.push(`rollbacks[${index}] (${activity.name}): ${functionOf(activity)}`);
  }
  if (faults.length === 0 && lost.length === 0) lost.push("method: it breaks nothing");
  if (lost.length > 0) {
    throw usageError(
      "bad-import",
      `the meaning of this would not survive:\n${lost.map((one) => `  ${one}`).join("\n")}`,
      "Write these by hand: docs/chaos.md.",
    );
  }
  return {
    apiVersion: "proofload.dev/v1",
    kind: "Experiment",
    metadata: { name },
    spec: {
      title,
      hypothesis: hypothesis?.title ?? description,
      ...(steadyState.length === 0 ? {} : { steadyState }),
      baseline: "10s",
      faults,
    },
  };
}

function checkOf({ provider, tolerance }: Activity): CheckInput | null {
  const { type, url, method = "GET", timeout = 1 } = provider;
  const status = typeof tolerance === "number" ? tolerance : Array.isArray(tolerance) ? (tolerance as unknown[]) : null;
  const isStatus = typeof status === "number" || (status !== null && status.every((one) => typeof one === "number"));
  if (type !== "http" || url === undefined || method.toUpperCase() !== "GET" || status === null || !isStatus)
    return null;
  const within = typeof timeout === "number" ? timeout : Math.max(...timeout);
  return { http: { url, status, within: `${within}s` } };
}

/** As it is written in a file, before it is read. */
interface CheckInput {
  readonly http: Readonly<Record<keyof Pick<NonNullable<CheckSpec["http"]>, "url" | "status" | "within">, unknown>>;
}

function faultOf(activity: Activity): ImportedFault | "an undo" | null {
  const { type, provider, background } = activity;
  const name = functionOf(activity);
  if (UNDOS.includes(name)) return "an undo";
  if (type !== "action" || background === true) return null;
  return ACTIONS[name]?.(provider.arguments ?? {}) ?? null;
}

function functionOf({ provider: { type, module = "", func = "" } }: Activity): string {
  return type === "python" ? `${module}.${func}` : `a ${type} provider`;
}

/** Of lower-case letters, digits and dashes, and unique. */
function nameFor(name: string, index: number): string {
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "");
  return `${slug === "" ? "it" : slug}-${index + 1}`;
}
