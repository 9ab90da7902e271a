import { lstat, open, rm, stat, statfs } from "node:fs/promises";
import { join, posix } from "node:path";

import { z } from "zod";

import { sizeSchema } from "../../lib/config/size.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError, systemCodeOf, usageError } from "../../lib/errors.ts";
import type { Measurement } from "../../lib/run/events.ts";
import { defineFault } from "../fault.ts";
import { containerRecordShape, isOnThisMachine, resolveContainer, unseen } from "../measure/target-container.ts";
import type { ContainerBefore } from "../measure/target-container.ts";

const CHUNK = Buffer.alloc(2 ** 20);
/** What a disk that others use, too, keeps free. */
const RESERVE_BYTES = 2 ** 30;
/** Of the asked size, this share must be gone from what was free. */
const LEAST_SHARE = 0.8;
const PROBE = "proofload-probe";

/** Fills a file system that a container sees with one file of the run's own, as far as there is place. */
export const diskFill = defineFault({
  kind: "disk-fill",
  nature: "held",
  callerCounts: false,
  targetKind: "container",
  settings: z
    .strictObject({
      /** A folder in the container. */
      path: z.string().regex(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))/, "expected an absolute path in the container, without .."),
      /** So much is written. */
      size: sizeSchema.optional(),
      /** So full is the file system then, in percent. */
      fill: z
        .string()
        .regex(/^(?:100|[1-9]\d?) ?%$/, 'expected a share such as "90%"')
        .transform((text) => Number.parseInt(text, 10))
        .optional(),
    })
    .refine(
      ({ size, fill }) => (size === undefined) !== (fill === undefined),
      "expected either size (so much is written) or fill (so full it is then)",
    ),
  undoRecordSchema: z.strictObject({ ...containerRecordShape, pid: z.number(), files: z.array(z.string()) }),

  resolve: async (world, target, name, { path, size: given, fill }) => {
    const found = await resolveContainer(world, target, "disk-fill");
    if (!(await isOnThisMachine(found.state.pid, found.id))) throw notHere(found.name, "its process is not on it");
    const folder = insideOf(found.state.pid, path);
    await refuseLinks(found, path);
    const isFolder = await stat(folder).then(
      (entry) => entry.isDirectory(),
      (error: unknown) => {
        throw notReachable(found, path, error);
      },
    );
    if (!isFolder) throw usageError("wrong-setting", `${path} in container ${found.name} is no folder`);
    const space = await spaceIn(folder);
    const { freeBytes } = space;
    const size = given ?? toFill(space, fill ?? 0);
    if (size <= 0) {
      throw usageError(
        "wrong-setting",
        `${path} in container ${found.name} is ${usedPercent(space)} % full, and ${fill} % was asked for`,
      );
    }
    if ((await isShared(world.env, folder)) && freeBytes - size < RESERVE_BYTES) {
      throw usageError(
        "wrong-setting",
        `${path} in container ${found.name} is on a disk of this machine with ${megabytes(freeBytes)} MB free: ${megabytes(size)} MB would leave less than ${megabytes(RESERVE_BYTES)} MB to everybody`,
        "Fill a volume of limited size, or less.",
      );
    }
    return { ...found, file: posix.join(path, `proofload-${world.runId}-${name}`), space, size };
  },

  undoRecord: ({ prepared }) => ({
    engine: prepared.engine,
    id: prepared.id,
    pid: prepared.state.pid,
    files: [...placesOf(prepared, prepared.file)],
  }),

  locks: ({ prepared: { id }, settings: { path } }) => [`container ${id} disk ${path}`],

  undoCommand: ({ files }) => `rm -f ${files.map((file) => `'${file}'`).join(" ")}`,

  inject: async ({ signal }, { prepared, settings: { path } }) => {
    const { size } = prepared;
    await refuseLinks(prepared, path);
    const file = await open(insideOf(prepared.state.pid, prepared.file), "wx", 0o600);
    try {
      for (let written = 0; written < size; written += CHUNK.length) {
        signal?.throwIfAborted();
        await file.write(CHUNK, 0, Math.min(CHUNK.length, size - written));
      }
    } catch (error) {
      // That it is full is what was asked for.
      if (!["ENOSPC", "EDQUOT"].includes(systemCodeOf(error) ?? "")) throw error;
    } finally {
      await file.close();
    }
  },

  prove: async (_, { prepared, settings: { path, fill } }) => {
    const { size, space: before } = prepared;
    const folder = insideOf(prepared.state.pid, path);
    const there = await stat(insideOf(prepared.state.pid, prepared.file)).catch(() => null);
    if (there === null) return unseen(`${prepared.file} is gone: somebody removed it, or the container was restarted`);
    const now = await spaceIn(folder);
    const gone = before.freeBytes - now.freeBytes >= LEAST_SHARE * Math.min(size, before.freeBytes);
    // Where no place was to be left, another write must find none.
    const held = gone && (size < before.freeBytes || (await isFull(join(folder, `${PROBE}-${there.ino}`))));
    return {
      held,
      measurement: measured(path, fill, { before, now, asked: withdrawn(before, size) }),
      message: `${megabytes(now.freeBytes)} MB are ${held ? "" : "still "}free in ${path}, which is ${usedPercent(now)} % full`,
    };
  },

  undo: async (_, { files }) => {
    const failures: string[] = [];
    for (const file of files) {
      await rm(file, { force: true }).catch((error: unknown) => {
        // A container that does not run has no such way in.
        if (!["ENOENT", "ENOTDIR", "ESRCH"].includes(systemCodeOf(error) ?? "")) failures.push(messageOf(error));
      });
    }
    if (failures.length > 0) throw new Error(failures.join("; "));
  },

  proveUndone: async (_, { prepared, settings: { path, fill } }) => {
    const { size, space: before } = prepared;
    const files = await Promise.all(
      placesOf(prepared, prepared.file).map((file) =>
        stat(file).then(
          () => file,
          () => null,
        ),
      ),
    );
    const left = files.find((file) => file !== null);
    if (left !== undefined) return unseen(`${left} is still there`);
    const folder = insideOf(prepared.state.pid, path);
    const now = await spaceIn(folder).catch(() => null);
    if (now === null) return unseen(`${path} in container ${prepared.name} can't be seen any more`);
    return {
      held: now.freeBytes >= before.freeBytes - (1 - LEAST_SHARE) * size,
      measurement: measured(path, fill, { before: null, now, asked: before }),
      message: `${megabytes(now.freeBytes)} MB are free in ${path}`,
    };
  },
});

/** A link would lead to where it points on this machine, and not in the container: nothing is written through one. */
async function refuseLinks({ name, state }: ContainerBefore, path: string): Promise<void> {
  const parts = path.split("/").filter((part) => part !== "");
  for (const [index] of parts.entries()) {
    const inside = `/${parts.slice(0, index + 1).join("/")}`;
    const entry = await lstat(insideOf(state.pid, inside)).catch(() => null);
    if (entry?.isSymbolicLink() !== true) continue;
    throw usageError("wrong-setting", `${inside} in container ${name} is a link`, "Name the folder that it leads to.");
  }
}

/** A path of the container as this machine sees it: by the root of its first process, which needs no program in it. */
function insideOf(pid: number, path: string): string {
  return join("/proc", String(pid), "root", path);
}

/** Everywhere where a file of a container may be found, running or not: by its process, in the volume that it is on, in the container's own layer. */
function placesOf({ state }: ContainerBefore, file: string): readonly string[] {
  const mount = state.mounts
    .filter(({ destination }) => file.startsWith(`${destination.replace(/\/$/, "")}/`))
    .toSorted((a, b) => b.destination.length - a.destination.length)[0];
  const inMount = mount === undefined ? [] : [join(mount.source, file.slice(mount.destination.length))];
  const inLayer = mount !== undefined || state.upperDir === null ? [] : [join(state.upperDir, file)];
  return [insideOf(state.pid, file), ...inMount, ...inLayer];
}

/** Whether a file of some size can't be written. */
async function isFull(path: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.write(CHUNK);
      await file.sync();
      return false;
    } finally {
      await file.close();
    }
  } catch (error) {
    return ["ENOSPC", "EDQUOT"].includes(systemCodeOf(error) ?? "");
  } finally {
    await rm(path, { force: true });
  }
}

/** How full a file system is, for those who are not root. */
interface Space {
  readonly usedBytes: number;
  readonly freeBytes: number;
}

async function spaceIn(folder: string): Promise<Space> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder);
  return { usedBytes: (blocks - bfree) * bsize, freeBytes: bavail * bsize };
}

/** How many bytes are to be written until it is so full; what is kept for root counts as none of it, as in df(1). */
function toFill({ usedBytes, freeBytes }: Space, percent: number): number {
  return Math.round(((usedBytes + freeBytes) * percent) / 100 - usedBytes);
}

function withdrawn({ usedBytes, freeBytes }: Space, size: number): Space {
  const taken = Math.min(size, freeBytes);
  return { usedBytes: usedBytes + taken, freeBytes: freeBytes - taken };
}

/** To one decimal. */
function usedPercent({ usedBytes, freeBytes }: Space): number {
  return Math.round((1000 * usedBytes) / Math.max(1, usedBytes + freeBytes)) / 10;
}

/** In the unit in which it was asked for. */
function measured(
  path: string,
  fill: number | undefined,
  { before, now, asked }: { readonly before: Space | null; readonly now: Space; readonly asked: Space },
): Measurement {
  const [what, unit] = fill === undefined ? [`free in ${path}`, "MB"] : [`used of ${path}`, "%"];
  const tell = (space: Space): number => (fill === undefined ? megabytes(space.freeBytes) : usedPercent(space));
  return { what, unit, before: before === null ? null : tell(before), asked: tell(asked), measured: tell(now) };
}

/** Whether a folder is on a disk on which this machine, its engine or this run has things, too. */
async function isShared({ cwd, tempDir }: Env, folder: string): Promise<boolean> {
  const { dev } = await stat(folder);
  const others = ["/", "/var/lib/docker", tempDir, cwd];
  const devices = await Promise.all(
    others.map((path) =>
      stat(path).then(
        (entry) => entry.dev,
        () => null,
      ),
    ),
  );
  const overlay = await statfs(folder);
  const root = await statfs("/");
  // A container's own root file system is an overlay: its device is its own, its blocks are those of the disk below.
  const sameBlocks = overlay.blocks === root.blocks && overlay.bsize === root.bsize;
  return devices.includes(dev) || sameBlocks;
}

function notReachable({ name, state }: ContainerBefore, path: string, error: unknown): ProofloadError {
  const code = systemCodeOf(error);
  return code === "ENOENT" && state.pid > 0
    ? usageError("wrong-setting", `there is no ${path} in container ${name}`)
    : notHere(name, messageOf(error));
}

function notHere(name: string, why: string): ProofloadError {
  return new ProofloadError({
    code: "not-here",
    message: `the files of container ${name} can't be reached from this machine: ${why}`,
    hint: "It must be on this machine, and this user must be root.",
    exitCode: 4,
  });
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
