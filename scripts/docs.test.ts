import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

import { main } from "../cli/main.ts";
import { createNodeEnv } from "../lib/node-env.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(root, "docs")).map((file) => `docs/${file}`)].filter(
  (file) => file.endsWith(".md"),
);
const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("the docs", () => {
  test.each(pages)("of %s link only to what is there", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
    const local = links.filter((target) => !target.startsWith("http"));
    expect(local.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  test("name only npm scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) => [...read(page).matchAll(/npm run ([a-z-]+)/g)].map(([, name = ""]) => name));
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
  });

  test("of the architecture name files that there are", () => {
    const named = [...read("docs/architecture.md").matchAll(/`((?:cli|chaos|gates|lib|reports)\/[\w/.-]*)`/g)].map(
      ([, file = ""]) => file,
    );
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });
});

test.each([
  "demo",
  "run",
  "gate",
  "report",
  "chaos list",
  "chaos plan",
  "chaos run",
  "chaos halt",
  "chaos recover",
  "tools install",
  "tools list",
])("`proofload %s --help` has an example", async (verb) => {
  let said = "";
  const env = {
    ...createNodeEnv(),
    packageDir: root,
    argv: [...verb.split(" "), "--help"],
    stdout: { write: (text: string) => void (said += text), isTTY: false, columns: 100 },
  };
  expect(await main(env)).toBe(0);
  expect(said).toContain(`Example:\n  proofload ${verb}`);
});
