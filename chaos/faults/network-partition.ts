import { z } from "zod";

import type { Attachment } from "../../lib/docker/index.ts";
import { usageError } from "../../lib/errors.ts";
import { defineFault } from "../fault.ts";
import {
  containerRecordShape,
  controlOf,
  dockerCommand,
  isSilent,
  networkLocks,
  proveBack,
  resolveContainer,
  unseen,
  whyAnotherStart,
} from "../measure/target-container.ts";

const BACK_WITHIN_MS = 15_000;
const SILENT_MS = 500;

const attachmentSchema = z.strictObject({
  network: z.string(),
  aliases: z.array(z.string()),
  address: z.string().nullable(),
  address6: z.string().nullable(),
  linkLocal: z.array(z.string()),
  links: z.array(z.string()),
  mac: z.string().nullable(),
  driverOptions: z.record(z.string(), z.string()),
});
type SavedAttachment = z.infer<typeof attachmentSchema>;

/** Takes a container off its networks, and puts it back with the names and addresses that it had. */
export const networkPartition = defineFault({
  kind: "network-partition",
  nature: "held",
  callerCounts: true,
  targetKind: "container",
  settings: z.strictObject({
    /** Of which networks; all that it is on, if left out. */
    networks: z.array(z.string()).nonempty().optional(),
  }),
  undoRecordSchema: z.strictObject({ ...containerRecordShape, attachments: z.array(attachmentSchema) }),

  resolve: async (world, target, _, { networks }) => {
    const found = await resolveContainer(world, target, "network-partition");
    const all = found.state.attachments.filter(({ network }) => network !== "none");
    const known = all.map(({ network }) => network);
    const missing = networks?.find((network) => !known.includes(network));
    if (missing !== undefined || all.length === 0) {
      throw usageError(
        "wrong-setting",
        `container ${found.name} is not on ${missing ?? "any network"}`,
        `It is on: ${known.join(", ") || "none"}.`,
      );
    }
    if (known.includes("host")) {
      throw usageError(
        "wrong-target",
        `container ${found.name} has the network of its machine: nothing can take it off`,
      );
    }
    return {
      ...found,
      locks: await networkLocks(found),
      cut: all.filter(({ network }) => networks === undefined || networks.includes(network)),
    };
  },

  undoRecord: ({ prepared: { engine, id, cut } }) => ({
    engine,
    id,
    attachments: cut.map((one) => ({
      ...one,
      aliases: [...one.aliases],
      linkLocal: [...one.linkLocal],
      links: [...one.links],
    })),
  }),

  locks: ({ prepared }) => prepared.locks,

  undoCommand: ({ engine, id, attachments }) =>
    attachments
      .map((one) => dockerCommand(engine, `network connect ${connectArgs(one)}${one.network} ${id}`))
      .join("; "),

  inject: async ({ env }, { prepared: { engine, id, cut } }) => {
    const control = await controlOf(env, engine);
    for (const { network } of cut) await control.detach(id, network);
  },

  prove: async (world, { prepared }) => {
    const state = await (await controlOf(world.env, prepared.engine)).inspect(prepared.id);
    const why = whyAnotherStart(prepared, state);
    if (why !== null) return unseen(why);
    const now = (state?.attachments ?? []).map(({ network }) => network);
    const on = prepared.cut.filter(({ network }) => now.includes(network)).map(({ network }) => network);
    if (on.length > 0) return unseen(`container ${prepared.name} is on ${on.join(", ")}: somebody put it back`);
    // On another network it may well answer.
    const all = prepared.cut.length === prepared.state.attachments.length;
    const { silent, words } = await isSilent(world, prepared, SILENT_MS);
    return {
      held: silent || !all,
      measurement: {
        what: "networks that it was cut off",
        unit: "1",
        before: 0,
        asked: prepared.cut.length,
        measured: prepared.cut.length,
      },
      message: silent || !all ? `container ${prepared.name} is cut off` : `it is cut off, but ${words}`,
    };
  },

  undo: async ({ env }, { engine, id, attachments }) => {
    const control = await controlOf(env, engine);
    for (const attachment of attachments) {
      const state = await control.inspect(id);
      if (state === null) return;
      if (!state.attachments.some(({ network }) => network === attachment.network)) {
        await control.attach(id, attachment);
      }
    }
  },

  proveUndone: async (world, { prepared }) => {
    const back = await proveBack(world, prepared, {
      withinMs: BACK_WITHIN_MS,
      sinceMs: world.env.clock.monotonicMs(),
      asked: null,
    });
    const state = await (await controlOf(world.env, prepared.engine)).inspect(prepared.id);
    for (const before of prepared.cut) {
      const now = state?.attachments.find(({ network }) => network === before.network);
      const lost = now === undefined ? "its place" : lostOf(before, now);
      if (lost !== null) return unseen(`container ${prepared.name} lost ${lost} on ${before.network}`);
    }
    return back;
  },
});

/** What `docker network connect` is told beside the network and the container; it knows no way to give a MAC address. */
function connectArgs({ network, ...saved }: SavedAttachment): string {
  const { aliases, address, address6, linkLocal, links, driverOptions } = saved;
  const options: readonly (readonly [string, string])[] = [
    ...(network === "bridge" ? [] : aliases.map((alias) => ["alias", alias] as const)),
    ...(address === null ? [] : [["ip", address] as const]),
    ...(address6 === null ? [] : [["ip6", address6] as const]),
    ...linkLocal.map((one) => ["link-local-ip", one] as const),
    ...links.map((one) => ["link", one] as const),
    ...Object.entries(driverOptions).map(([key, value]) => ["driver-opt", `'${key}=${value}'`] as const),
  ];
  return options.map(([name, value]) => `--${name} ${value} `).join("");
}

/** What of its place on a network a container did not get back; null when it has all. */
function lostOf(before: Attachment, now: Attachment): string | null {
  if (before.aliases.some((alias) => !now.aliases.includes(alias))) return "its names";
  if (before.links.some((link) => !now.links.includes(link))) return "its links";
  if (before.mac !== null && before.mac !== now.mac) return "its MAC address";
  const addresses = (one: Attachment): string => [one.address, one.address6, ...one.linkLocal].join(" ");
  if (addresses(before) !== addresses(now)) return "its address";
  const missing = Object.entries(before.driverOptions).some(([key, value]) => now.driverOptions[key] !== value);
  return missing ? "its driver's options" : null;
}
