import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { $ } from "zx";

import { findSecrets } from "./find-secrets.ts";

// The first look may build gitleaks.
test("a secret is found that was committed and removed again, and is not shown", { timeout: 300_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), "proofload-secrets-"));
  try {
    const git = $({ cwd: dir, quiet: true });
    const commit = ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--all", "--message=x"];
    const put = async (text: string): Promise<void> => {
      writeFileSync(join(dir, "settings.ini"), text);
      await git`git add settings.ini`;
      await git`git ${commit}`;
    };
    await git`git init --quiet`;
    await put("key = nothing\n");
    expect(await findSecrets(dir)).toBe("");
    // Put together here, so that this file holds none.
    const secret = ["ghp", "A7bK2mQ9xT4vW1zR8sN3cE6dF5gH0jL2pY4u"].join("_");
    await put(`key = ${secret}\n`);
    await put("key = nothing\n");
    const found = await findSecrets(dir);
    expect(found).toContain("settings.ini");
    expect(found).not.toContain(secret);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
