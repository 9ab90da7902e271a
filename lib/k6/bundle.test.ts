import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { ProofloadError } from "../errors.ts";
import { bundleScenario } from "./bundle.ts";

const PACKAGE = join(import.meta.dirname, "..", "..");
const dir = mkdtempSync(join(tmpdir(), "proofload-bundle-"));
afterAll(() => rmSync(dir, { recursive: true }));
let made = 0;

/** Bundles a scenario in a folder of its own, with other files beside it; gives the bundle's text. */
async function bundle(source: string, others: Readonly<Record<string, string>> = {}): Promise<string> {
  made += 1;
  const folder = join(dir, String(made));
  for (const [name, text] of Object.entries({ "mine.ts": source, ...others })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const outFile = join(folder, "out", "bundle.js");
  await bundleScenario({ file: join(folder, "mine.ts"), outFile, packageDir: PACKAGE });
  return readFileSync(outFile, "utf8");
}

async function refusal(source: string, others?: Readonly<Record<string, string>>): Promise<ProofloadError> {
  const thrown: unknown = await bundle(source, others).then(
    () => new Error("it was bundled"),
    (error: unknown) => error,
  );
  if (!(thrown instanceof ProofloadError)) throw thrown;
  expect(thrown).toMatchObject({ code: "bad-scenario", exitCode: 2 });
  return thrown;
}

describe("a bundle", () => {
  test("has what k6 needs and all that the scenario exports, whether the scenario knows the kit or not", async () => {
    const text = await bundle(`
      export const options = { vus: 1, duration: "1s" };
      export function setup() { return 1; }
      export default function () {}
    `);
    const [, exported = ""] = /export \{([^}]*)\};/.exec(text) ?? [];
    expect(exported.match(/\w+(?=,?\n|$)/g)).toEqual(["default", "handleSummary", "options", "setup"]);
  });

  test("finds proofload/kit where no package is installed, and packages that have only a main", async () => {
    const text = await bundle(
      `import { endpoint } from "proofload/kit"; import { twice } from "old"; endpoint("GET /"); export default () => twice(1);`,
      {
        "node_modules/old/package.json": '{ "name": "old", "main": "lib.js" }',
        "node_modules/old/lib.js": "exports.twice = (x) => 2 * x;",
      },
    );
    expect(text).toContain("scenarios/kit/client.ts");
    expect(text).toContain("exports.twice");
  });

  test("keeps open() relative to the scenario, and leaves alone what is called open otherwise", async () => {
    const used = await bundle(`const text = open("./data.json"); export default () => text;`);
    expect(used).toContain(`var folder = ${JSON.stringify(`${join(dir, String(made))}/`)};`);
    const own = await bundle(`function open() { return 1; } export default () => open();`);
    expect(own).not.toContain("var folder =");
  });

  test("has a source map that names each file by its whole address", async () => {
    await bundle("export default function () {}");
    const folder = join(dir, String(made));
    const map = JSON.parse(readFileSync(join(folder, "out", "bundle.js.map"), "utf8")) as { sources: string[] };
    expect(map.sources).toContain(`file://${folder}/mine.ts`);
  });

  test("has names as they were written, whatever the alphabet", async () => {
    expect(await bundle(`export default () => "Größe";`)).toContain("Größe");
  });
});

describe("refused, with file and line", () => {
  test.each([
    ["a syntax error", "export default function () {\n  const = 1;\n}", /mine\.ts:2: Expected identifier/],
    [
      "an import that leads nowhere",
      'import "./nowhere.ts";\nexport default 1;',
      /mine\.ts:1: Could not resolve "\.\/nowhere\.ts"/,
    ],
    [
      "code from the network",
      '\nimport "https://jslib.k6.io/x.js";\nexport default () => 1;',
      /mine\.ts:2: https:\/\/jslib\.k6\.io\/x\.js would be fetched over the network: copy it/,
    ],
    [
      "an extension of k6",
      'import sql from "k6/x/sql";\nexport default () => sql;',
      /mine\.ts:1: k6\/x\/sql is an extension of k6: only what k6 has built in/,
    ],
  ])("is %s", async (_, source, message) => {
    expect((await refusal(source)).message).toMatch(message);
  });

  test("is a scenario without a default export", async () => {
    const error = await refusal("export const options = {};\nexport function run() {}");
    expect(error.message).toMatch(/mine\.ts does not export default$/);
    expect(error.hint).toContain("export default function");
  });

  test("is code from the network in a file that the scenario imports", async () => {
    const other = { "other.ts": 'export * from "https://x.test/y.js";' };
    expect((await refusal('import "./other.ts";\nexport default 1;', other)).message).toMatch(/other\.ts:1: https:/);
  });
});
