import { afterEach, expect, test } from "vitest";

import { FAILING, PASSING } from "../reports/testing/fixtures.ts";
import { createCiFolder } from "./support/ci-folder.ts";
import { startCli } from "./support/cli.ts";
import { startServer } from "./support/project.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

async function publish(place: string, dir: string, vars: Readonly<Record<string, string>>) {
  const cli = startCli(["publish", place, dir], { vars });
  undo.push(() => cli.remove());
  return { code: await cli.ended, said: `${cli.stdout()}${cli.stderr()}` };
}

test.each([
  ["remote-write", "PROOFLOAD_REMOTE_WRITE", ["POST /"]],
  ["grafana", "PROOFLOAD_GRAFANA", Array.from({ length: 6 }, () => "POST /api/annotations")],
])("publish %s pushes every run with a verdict, and leaves out what has none", async (place, prefix, expected) => {
  const seen: string[] = [];
  const server = await startServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(request.headers.authorization === "Bearer s3cr3t" ? 200 : 401).end("{}");
  });
  undo.push(() => server.stop());
  const folder = createCiFolder([PASSING, FAILING], (record) => ({
    ...record,
    runs: [...record.runs, { ...record.runs[0], state: "planned", runIds: [], exitCode: null }],
  }));
  undo.push(() => folder.remove());
  const vars = { [`${prefix}_URL`]: server.url, [`${prefix}_TOKEN`]: "s3cr3t" };
  expect(await publish(place, folder.dir, vars)).toEqual({ code: 0, said: `${place}: 2 runs published\n` });
  expect(seen).toEqual(expected);
  const refused = await publish(place, folder.dir, { ...vars, [`${prefix}_TOKEN`]: "0th3r" });
  expect([refused.code, refused.said]).toEqual([4, expect.stringContaining("it answered 401")]);
  expect(refused.said).not.toContain("0th3r");
});

test("without a run that was judged there is nothing to publish", async () => {
  expect(await publish("grafana", "/nowhere", { PROOFLOAD_GRAFANA_URL: "http://127.0.0.1:9" })).toEqual({
    code: 2,
    said: "proofload: /nowhere has no run with a verdict\n`proofload ci` makes one.\n",
  });
});
