import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";

const NOBODY = 65_534;

/** Gives a folder to a user without rights and does something as that user; for anybody but root it is done as they are. */
export async function asNobody<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const { getuid, seteuid } = process;
  if (getuid === undefined || seteuid === undefined || getuid() !== 0) return work();
  for (const path of [dir, ...readdirSync(dir, { recursive: true }).map((name) => join(dir, String(name)))]) {
    chownSync(path, NOBODY, NOBODY);
  }
  seteuid(NOBODY);
  try {
    return await work();
  } finally {
    seteuid(0);
  }
}
