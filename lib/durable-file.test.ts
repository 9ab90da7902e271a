import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openDurableFile } from "./durable-file.ts";

const isRoot = process.getuid?.() === 0 && process.platform === "linux";

test.skipIf(!isRoot)(
  `what a full disk cut short does not spoil what is written next${isRoot ? "" : " (skipped: only root can mount a small disk)"}`,
  () => {
    const disk = mkdtempSync(join(tmpdir(), "proofload-small-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]);
    try {
      const path = join(disk, "file");
      writeFileSync(join(disk, "other"), Buffer.alloc(32 * 1024));
      const file = openDurableFile(path);
      expect(() => file.append(`${"x".repeat(200_000)}\n`)).toThrow(/ENOSPC/);
      rmSync(join(disk, "other"));
      file.append("next\n");
      file.append("and more\n");
      file.close();
      expect(readFileSync(path, "utf8").split("\n").slice(-3)).toEqual(["next", "and more", ""]);
    } finally {
      execFileSync("umount", [disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  },
);
