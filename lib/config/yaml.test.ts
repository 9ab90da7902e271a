import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ProofloadError } from "../errors.ts";
import { parseYaml, parseYamlDocument, readYaml } from "./yaml.ts";

const schema = z.strictObject({
  name: z.string().min(1),
  target: z.number().max(1).optional(),
  kind: z.enum(["kill", "latency"]).optional(),
  steps: z.array(z.strictObject({ wait: z.number() })).optional(),
});

function messageOf(text: string, of: z.ZodType = schema): string {
  try {
    parseYaml({ file: "a.yaml", text }, of);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ProofloadError);
    expect(thrown).toMatchObject({ code: "invalid-config", exitCode: 2 });
    return (thrown as ProofloadError).message;
  }
  throw new Error("expected a config error");
}

describe("parseYaml", () => {
  test("returns every document, with the line of each path", () => {
    const documents = parseYaml(
      { file: "a.yaml", text: "name: a\n---\n# second\nname: b\nsteps:\n  - wait: 1\n" },
      schema,
    );
    expect(documents.map(({ value }) => value.name)).toEqual(["a", "b"]);
    const second = documents[1];
    expect(second?.lineOf(["name"])).toBe(4);
    expect(second?.lineOf(["steps", 0, "wait"])).toBe(6);
    expect(second?.lineOf(["steps", 0, "nope", "deeper"])).toBe(6);
    expect(second?.lineOf(["nope"])).toBe(4);
  });

  test("skips what follows a trailing separator", () => {
    expect(parseYaml({ file: "a.yaml", text: "name: a\n---\n# nothing\n" }, schema)).toHaveLength(1);
  });

  test("names a number that is none", () => {
    expect(messageOf("name: a\ntarget: .nan\nsteps: [{ wait: .inf }]\n")).toMatch(
      /target: expected a number, found \.nan[^]*wait: expected a number, found an infinite one/,
    );
  });

  test("reports every problem of every document at once, each with its file, line and path", () => {
    const text = "nam: a\ntarget: high\nkind: latncy\nsteps:\n  - wait: x\n  - {}\n---\nname: b\ntarget: 2\n";
    expect(messageOf(text).split("\n")).toEqual([
      "a.yaml:1: name: missing; expected a string",
      "a.yaml:2: target: expected a number, found a string",
      "a.yaml:3: kind: expected one of kill, latency, found 'latncy'; did you mean 'latency'?",
      "a.yaml:5: steps[0].wait: expected a number, found a string",
      "a.yaml:6: steps[1].wait: missing; expected a number",
      "a.yaml:1: nam: unknown key 'nam'; did you mean 'name'?",
      "a.yaml:9: target: expected number to be <=1",
    ]);
  });

  test("names the nearest known key for a typo, and all keys where none is near", () => {
    expect(messageOf("name: a\ntagret: 1\n")).toBe("a.yaml:2: tagret: unknown key 'tagret'; did you mean 'target'?");
    expect(messageOf("name: a\nzzz: 1\n")).toBe("a.yaml:2: zzz: unknown key 'zzz'; known: name, target, kind, steps");
  });

  test("reports syntax errors with their line, beside the schema's problems in other documents", () => {
    const lines = messageOf("name: [a\n---\nnme: b\n").split("\n");
    expect(lines[0]).toMatch(/^a\.yaml:\d: .*\]/);
    expect(lines).toContain("a.yaml:3: nme: unknown key 'nme'; did you mean 'name'?");
  });

  test("refuses a key that is given twice", () => {
    expect(messageOf("name: a\nname: b\n")).toBe("a.yaml:2: Map keys must be unique");
  });

  test("refuses an unknown tag instead of dropping it", () => {
    expect(messageOf("name: !secret a\n")).toContain("a.yaml:1: ");
  });

  test("refuses aliases that would blow up", () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(messageOf(["l0: &l0 [x]", ...levels].join("\n"), z.unknown())).toMatch(/alias/i);
  });

  test("refuses a file without a document", () => {
    for (const text of ["", "# only a comment\n", "---\n"]) {
      expect(messageOf(text)).toBe("a.yaml:1: expected a YAML document; the file holds none");
    }
  });

  test("speaks of the closest variant of a union", () => {
    const union = z.union([
      z.strictObject({ good: z.strictObject({ query: z.string() }) }),
      z.strictObject({ bad: z.strictObject({ query: z.string() }) }),
    ]);
    expect(messageOf("bad:\n  qery: x\n", union).split("\n")).toEqual([
      "a.yaml:1: bad.query: missing; expected a string",
      "a.yaml:2: bad.qery: unknown key 'qery'; did you mean 'query'?",
    ]);
    const tagged = z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("kill") })]);
    expect(messageOf("kind: kil\n", tagged)).toBe("a.yaml:1: kind: expected 'kill', found 'kil'; did you mean 'kill'?");
  });

  test("never repeats a value of the wrong type, which may be a secret", () => {
    expect(messageOf("name: 12345678\n")).not.toContain("12345678");
  });
});

describe("parseYamlDocument", () => {
  test("refuses a second document, at its line", () => {
    expect(() => parseYamlDocument({ file: "a.yaml", text: "name: a\n---\nname: b\n" }, schema)).toThrow(
      "a.yaml:3: expected one YAML document; this is a second one",
    );
    expect(parseYamlDocument({ file: "a.yaml", text: "name: a\n" }, schema).value).toEqual({ name: "a" });
  });
});

describe("readYaml", () => {
  test("returns the right documents beside the problems of the wrong ones", () => {
    const { documents, problems } = readYaml({ file: "a.yaml", text: "name: a\n---\nname: 1\n" }, schema);
    expect(documents.map(({ value }) => value.name)).toEqual(["a"]);
    expect(problems).toEqual([
      { file: "a.yaml", line: 3, path: ["name"], message: "expected a string, found a number" },
    ]);
  });
});
