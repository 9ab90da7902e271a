import { describe, expect, test } from "vitest";

import { ProofloadError } from "../../lib/errors.ts";
import { projectName } from "./project-files.ts";
import { readUrl } from "./read-url.ts";

describe("a service's address", () => {
  test.each([
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080", ""],
    ["http://shop.example/", "http://shop.example", "shop.example:80", ""],
    ["https://shop.example/api/v1/", "https://shop.example/api/v1", "shop.example:443", "/api/v1"],
    ["HTTP://Shop.Example:80/api", "http://shop.example/api", "shop.example:80", "/api"],
    ["http://[::1]:3000/a", "http://[::1]:3000/a", "[::1]:3000", "/a"],
  ])("%s is taken apart", (text, url, hostPort, path) => {
    expect(readUrl(text)).toMatchObject({ url, hostPort, path });
  });

  test.each([
    "",
    "8080",
    "127.0.0.1:8080",
    "localhost:8080",
    "ftp://shop.example",
    "http:shop.example",
    "http://",
    "http://shop.example:99999",
    "http://shop.example:0",
    'http://x"y:1',
    "http://a b:1",
    "http://shop.example/?q=1",
    "http://shop.example/?",
    "http://shop.example/#top",
  ])("is not '%s', and that is a usage error", (text) => {
    expect(() => readUrl(text)).toThrow(expect.objectContaining({ code: "bad-url", exitCode: 2 }));
  });

  test("with a password in it is refused, and the password not repeated", () => {
    try {
      readUrl("http://me:hunter2@shop.example");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProofloadError);
      expect(JSON.stringify([error, String(error)])).not.toContain("hunter2");
    }
  });
});

test.each([
  ["shop", "shop"],
  ["My Shop (2)", "my-shop-2"],
  ["2024-shop", "shop"],
  ["_", "app"],
  ["", "app"],
  ["日本", "app"],
])("a project in folder '%s' is called '%s'", (folder, name) => {
  expect(projectName(folder)).toBe(name);
});
