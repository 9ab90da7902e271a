import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { projectSchema } from "./project.ts";
import { parseYamlDocument } from "./yaml.ts";

const file = "proofload.yaml";
const shipped = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const parse = (text: string): unknown => parseYamlDocument({ file, text }, projectSchema).value;

describe("proofload.yaml", () => {
  test("of the demo is right, and what it leaves out has sensible values", () => {
    expect(parse(shipped)).toMatchObject({
      spec: { prometheus: { scrapeInterval: 1 }, limits: { minDeliveredShare: 0.99, maxStartLag: 0.25 } },
    });
  });

  test.each([
    ["an unknown key", "  targets:", "  tragets:", "did you mean 'targets'?"],
    [
      "an address that is none",
      "ready: http://127.0.0.1:${port.api}/health",
      "ready: health",
      "expected http://HOST:PORT/PATH",
    ],
    ["a metrics page with a query", ":${port.api}/metrics", ":${port.api}/metrics?x=1", "without a query"],
    ["a proxy without a port", "listen: 127.0.0.1:${port.store-proxy}", "listen: 127.0.0.1", "expected HOST:PORT"],
    [
      "a name of our own programs",
      "      api:\n        command",
      "      k6:\n        command",
      "one of proofload's own programs",
    ],
    [
      "a password in an address",
      "ready: http://127.0.0.1:${port.api}/health",
      "ready: http://me:hunter2@127.0.0.1:${port.api}/health",
      "expected no user and no password",
    ],
    ["runs that are too old at once", "  targets:", "  runs: { maxAge: 0s }\n  targets:", "expected more than 0s"],
    ["no scrapes at all", "scrapeInterval: 1s", "scrapeInterval: 0s", "expected 100ms or more"],
    ["another version", "proofload.dev/v1", "proofload.dev/v9", "proofload.dev/v1"],
  ])("with %s is refused with its line", (_, right, wrong, said) => {
    expect(shipped).toContain(right);
    expect(() => parse(shipped.replace(right, wrong))).toThrow(said);
    expect(() => parse(shipped.replace(right, wrong))).toThrow(/^proofload\.yaml:\d+: /);
    expect(() => parse(shipped.replace(right, wrong))).not.toThrow("hunter2");
  });

  test("may have an @ in a path, and slashes after Prometheus's address, which mean nothing", () => {
    const paths = shipped.replace("/health", "/@me/health");
    const text = paths.replace("scrapeInterval: 1s", "url: http://prometheus.example/mimir//\n    scrapeInterval: 1s");
    expect(parse(text)).toMatchObject({ spec: { prometheus: { url: "http://prometheus.example/mimir" } } });
  });
});
