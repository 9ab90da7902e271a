import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, expect, test } from "vitest";

import { ProofloadError } from "../../lib/errors.ts";
import { startServer, type TestServer } from "../../tests/support/project.ts";
import { push } from "./push.ts";
import { readDestination, type Destination } from "./read-destination.ts";

const cwd = mkdtempSync(join(tmpdir(), "proofload-push-"));
writeFileSync(join(cwd, "token"), "f1le-token\n");
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
let server: TestServer | undefined;
afterEach(() => server?.stop());

const destination = (vars: Readonly<Record<string, string>>): Destination =>
  readDestination({ cwd, vars }, "remote write", "PROOFLOAD_X");
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

type Answer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

/** Pushes to a server that gives these answers one after another; what it was asked, and how it ended. */
async function pushTo(
  answers: readonly Answer[],
  vars: Readonly<Record<string, string>> = {},
): Promise<{ readonly asked: readonly IncomingMessage[]; readonly error: unknown }> {
  const asked: IncomingMessage[] = [];
  server = await startServer((request, response) => {
    const [status, body, headers = {}] = answers[asked.length] ?? [500, "one more"];
    asked.push(request);
    request.resume().on("end", () => response.writeHead(status, headers).end(body));
  });
  const to = destination({ ...vars, PROOFLOAD_X_URL: `${server.url}/write?key=s3cret` });
  const error = await push({ fetch }, to, { url: to.url, headers: { "X-Own": "1" }, body: "text" }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { asked, error };
}

test("what is taken at once is pushed once, with the credentials", async () => {
  const { asked, error } = await pushTo([[204, ""]], { PROOFLOAD_X_USERNAME: "u", PROOFLOAD_X_PASSWORD: "p" });
  expect(error).toBeNull();
  expect(asked.map(({ method, url, headers }) => [method, url, headers["authorization"], headers["x-own"]])).toEqual([
    ["POST", "/write?key=s3cret", basic("u:p"), "1"],
  ]);
});

test("a server that is busy is asked again", async () => {
  const { asked, error } = await pushTo([
    [503, "starting"],
    [429, "slow down"],
    [200, "ok"],
  ]);
  expect(error).toBeNull();
  expect(asked).toHaveLength(3);
});

test("after four tries it is an error that says what was answered", async () => {
  const { asked, error } = await pushTo(Array.from({ length: 9 }, (): Answer => [502, "bad gateway\nmore"]));
  expect(asked).toHaveLength(4);
  expect(error).toBeInstanceOf(ProofloadError);
  expect(error).toMatchObject({ code: "publish-failed", exitCode: 4 });
  expect((error as Error).message).toMatch(
    /^remote write to http:\/\/127\.0\.0\.1:\d+\/write: it answered 502: bad gateway$/,
  );
});

test("where nothing listens it is an error that says so", async () => {
  const to = destination({ PROOFLOAD_X_URL: "http://127.0.0.1:2/write" });
  await expect(push({ fetch }, to, { url: to.url, headers: {}, body: "" })).rejects.toThrow(
    /^remote write to http:\/\/127\.0\.0\.1:2\/write: it did not answer: /,
  );
});

test.each<readonly [string, Answer, string, string]>([
  ["refused data", [400, "out of order sample"], "it answered 400: out of order sample", "publish again"],
  ["refused credentials", [401, "no: t0ken"], "it answered 401: no: ***", "PROOFLOAD_X_TOKEN"],
  ["a wrong address", [404, "<html>"], "it answered 404", "PROOFLOAD_X_URL"],
  ["a redirect", [302, "", { location: "/login" }], "it answered 302: /login", "PROOFLOAD_X_URL"],
])("%s is an error at once, with what to do and without secrets", async (_, answer, said, hint) => {
  const { asked, error } = await pushTo([answer], { PROOFLOAD_X_TOKEN: "t0ken" });
  expect(asked).toHaveLength(1);
  expect((error as ProofloadError).message.endsWith(`: ${said}`)).toBe(true);
  expect((error as ProofloadError).hint).toContain(hint);
});

test.each<readonly [string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  ["none", {}, {}],
  ["empty secrets", { PROOFLOAD_X_TOKEN: "", PROOFLOAD_X_USERNAME: "", PROOFLOAD_X_PASSWORD: "" }, {}],
  ["a token", { PROOFLOAD_X_TOKEN: "t" }, { Authorization: "Bearer t" }],
  ["a token's file", { PROOFLOAD_X_TOKEN_FILE: "token" }, { Authorization: "Bearer f1le-token" }],
  [
    "a user and a password's file",
    { PROOFLOAD_X_USERNAME: "u", PROOFLOAD_X_PASSWORD_FILE: "token" },
    { Authorization: basic("u:f1le-token") },
  ],
])("credentials: %s", (_, vars, headers) => {
  expect(destination({ PROOFLOAD_X_URL: "https://h/write", ...vars }).headers).toEqual(headers);
});

test.each<readonly [string, Readonly<Record<string, string>>, string]>([
  ["no URL", {}, "PROOFLOAD_X_URL is not set"],
  ["no http", { PROOFLOAD_X_URL: "s3cret" }, "expected an http or https URL"],
  ["credentials in the URL", { PROOFLOAD_X_URL: "https://u:s3cret@h" }, "without credentials"],
  ["a user alone", { PROOFLOAD_X_USERNAME: "u" }, "PROOFLOAD_X_PASSWORD is missing"],
  ["both kinds", { PROOFLOAD_X_TOKEN: "s3cret", PROOFLOAD_X_USERNAME: "u" }, "expected one of them"],
  ["a secret twice", { PROOFLOAD_X_TOKEN: "s3cret", PROOFLOAD_X_TOKEN_FILE: "token" }, "expected one of them"],
  ["a file that is not there", { PROOFLOAD_X_TOKEN_FILE: "none" }, "none can't be read"],
  ["a token that is none", { PROOFLOAD_X_TOKEN: "s3cret two" }, "no token has"],
])("%s is a usage error without secrets", (name, vars, said) => {
  const url = name === "no URL" ? {} : { PROOFLOAD_X_URL: "https://h" };
  const thrown = ((): unknown => {
    try {
      return destination({ ...url, ...vars });
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(ProofloadError);
  expect(thrown).toMatchObject({ exitCode: 2 });
  expect((thrown as Error).message).toContain(said);
  expect((thrown as Error).message).not.toContain("s3cret");
});
