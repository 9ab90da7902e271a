import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";

import { z } from "zod";

import { ProofloadError, systemCodeOf } from "../errors.ts";
import { writeAtomic } from "../write-atomic.ts";

const digestsSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/u));

/** Throws when a file was seen before with another digest: a release that changes after it was made is not to be trusted. */
export async function requireSameDigest(path: string, url: string, digest: string): Promise<void> {
  const seen = (await readDigests(path))[url];
  if (seen === undefined || seen === digest) return;
  throw new ProofloadError({
    code: "tool-digest-changed",
    message: `${url} is not what it was: its SHA-256 was ${seen} when it was first fetched, now ${digest} is published for it.`,
    hint: `Find out why the release was replaced. If that is in order, delete ${path} and try again.`,
    exitCode: 4,
  });
}

/** Keeps the digest of a file that was fetched and checked. */
export async function keepDigest(path: string, url: string, digest: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeAtomic(path, `${JSON.stringify({ ...(await readDigests(path)), [url]: digest }, null, 2)}\n`);
}

async function readDigests(path: string): Promise<Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return {};
    throw error;
  }
  try {
    return digestsSchema.parse(JSON.parse(text));
  } catch (error) {
    // An unreadable lock must not count as an empty one.
    throw new ProofloadError({
      code: "tool-digests-damaged",
      message: `${path}, the digests of what was fetched earlier, is damaged.`,
      hint: `Delete it if you trust the release server as if for the first time.`,
      cause: error,
      exitCode: 4,
    });
  }
}
