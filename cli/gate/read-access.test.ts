import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { messageOf } from "../../lib/errors.ts";
import { readAccess } from "./read-access.ts";
import type { AccessArguments, ReadAccess } from "./read-access.ts";

const cwd = mkdtempSync(join(tmpdir(), "proofload-access-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
writeFileSync(join(cwd, "token"), "t0ken\n");
writeFileSync(join(cwd, "password"), "s3cret\n");
writeFileSync(join(cwd, "headers"), "# for Mimir\n\nX-Scope-OrgID: team-a\n");
writeFileSync(join(cwd, "own"), "authorization: Custom s3cret\n");
writeFileSync(join(cwd, "bad"), "X-A: b\ns3cret without a colon\n");
writeFileSync(join(cwd, "binary"), "X-A: s3cret\u0007\n");
writeFileSync(join(cwd, "spaces"), "t0ken s3cret");
writeFileSync(join(cwd, "broken"), "-----BEGIN CERTIFICATE-----\ns3cret\n-----END CERTIFICATE-----\n");

const read = (url: string, args: AccessArguments = {}, vars: Readonly<Record<string, string>> = {}): ReadAccess =>
  readAccess({ cwd, vars }, url, args, 1000);
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("how a Prometheus is asked", () => {
  test.each([
    ["http://h:9090", "http://h:9090"],
    ["http://h:9090/", "http://h:9090"],
    ["https://mimir.example/prometheus/", "https://mimir.example/prometheus"],
    ["http://u:p@h:9090/x", "http://h:9090/x"],
  ])("%s is asked at %s", (given, url) => {
    expect(read(given).url).toBe(url);
  });

  test.each<readonly [string, string, AccessArguments, Readonly<Record<string, string>>, string]>([
    ["a token file", "http://h", { bearerTokenFile: "token" }, {}, "Bearer t0ken"],
    ["a token variable", "http://h", {}, { PROOFLOAD_PROMETHEUS_TOKEN: "v" }, "Bearer v"],
    ["a user and a password file", "http://h", { username: "u", passwordFile: "password" }, {}, basic("u:s3cret")],
    [
      "variables",
      "http://h",
      {},
      { PROOFLOAD_PROMETHEUS_USERNAME: "u", PROOFLOAD_PROMETHEUS_PASSWORD: "p" },
      basic("u:p"),
    ],
    ["the URL", "http://u:p%3A%40@h", {}, {}, basic("u:p:@")],
    [
      "an option before a variable",
      "http://h",
      { bearerTokenFile: "token" },
      { PROOFLOAD_PROMETHEUS_TOKEN: "v" },
      "Bearer t0ken",
    ],
    ["the URL before a variable", "http://u:p@h", {}, { PROOFLOAD_PROMETHEUS_TOKEN: "v" }, basic("u:p")],
  ])("credentials come from %s", (_, url, args, vars, header) => {
    expect(read(url, args, vars).access.headers).toEqual({ Authorization: header });
  });

  test("variables that are empty are not there", () => {
    const vars = { PROOFLOAD_PROMETHEUS_USERNAME: "", PROOFLOAD_PROMETHEUS_TOKEN: "" };
    expect(read("http://h", {}, vars).access.headers).toEqual({});
    const nobody = { ...vars, PROOFLOAD_PROMETHEUS_PASSWORD: "" };
    expect(read("http://h", {}, nobody).access.headers).toEqual({});
    expect(read("http://h", { username: "u", passwordFile: "password" }, nobody).access.headers).toEqual({
      Authorization: basic("u:s3cret"),
    });
  });

  test("headers come from a file", () => {
    expect(read("http://h", { headerFile: "headers" }).access.headers).toEqual({ "X-Scope-OrgID": "team-a" });
  });

  test.each<readonly [string, string, AccessArguments, RegExp]>([
    ["two ways at once", "http://u:s3cret@h", { bearerTokenFile: "token" }, /expected one of/],
    ["two Authorization headers", "http://u:s3cret@h", { headerFile: "own" }, /a header authorization beside other/],
    ["a user without a password", "http://h", { username: "u" }, /--password-file or .* is missing/],
    ["a password without a user", "http://h", { passwordFile: "password" }, /--username or .* is missing/],
    ["a line that is no header", "http://h", { headerFile: "bad" }, /^bad:2: expected a header/],
    ["a header that can't be sent", "http://h", { headerFile: "binary" }, /^binary:1: expected a header/],
    ["a token with a space", "http://h", { bearerTokenFile: "spaces" }, /characters that no token has/],
    ["a file that is not there", "http://h", { bearerTokenFile: "none" }, /--bearer-token-file: none can't be read/],
    ["certificates without https", "http://h", { caFile: "token" }, /for an https URL/],
    ["a certificate without its key", "https://h", { certFile: "token" }, /belong together/],
    ["a certificate that is no PEM", "https://h", { caFile: "token" }, /^--ca-file: expected PEM/],
    ["a broken certificate", "https://h", { caFile: "broken" }, /^--ca-file: expected PEM that can be used for TLS: /],
    ["a broken key", "https://h", { certFile: "broken", keyFile: "broken" }, /^--cert-file, --key-file: expected PEM/],
    ["another protocol", "ftp://u:s3cret@h", {}, /expected an http or https URL/],
    ["a query", "http://h/?token=s3cret", {}, /expected an http or https URL/],
  ])("%s is a usage error without a secret", (_, url, args, message) => {
    let said = "";
    try {
      read(url, args);
    } catch (error) {
      said = messageOf(error);
    }
    expect(said).toMatch(message);
    expect(said).not.toMatch(/s3cret|t0ken/);
  });
});
