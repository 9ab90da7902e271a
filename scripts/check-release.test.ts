import { expect, test } from "vitest";

import { releaseNotes, type ReleaseParts } from "./check-release.ts";

const PARTS: ReleaseParts = {
  tag: "v1.2.0",
  packageJson: '{ "version": "1.2.0" }',
  changelog:
    "# Changelog\n\n## Unreleased\n\n- later\n\n## 1.2.0 (2030-01-02)\n\n- new\n- better\n\n## 1.2.0-rc.1\n\n- early\n",
};

test("the notes are the version's section of the CHANGELOG", () => {
  expect(releaseNotes(PARTS)).toBe("- new\n- better");
  expect(releaseNotes({ ...PARTS, tag: "v1.2.0-rc.1", packageJson: '{ "version": "1.2.0-rc.1" }' })).toBe("- early");
});

test.each([
  ["another tag", { tag: "v1.2.1" }, "the tag must be v1.2.0"],
  ["a tag without v", { tag: "1.2.0" }, "the tag must be v1.2.0"],
  [
    "a version that the CHANGELOG lacks",
    { changelog: "# Changelog\n\n## Unreleased\n\n- x\n" },
    'no section "## 1.2.0"',
  ],
  ["only a longer version", { changelog: "## 1.2.01\n\n- x\n" }, 'no section "## 1.2.0"'],
  ["an empty section", { changelog: "## 1.2.0\n\n## 1.1.0\n\n- x\n" }, "says nothing"],
])("%s is refused", (_, change, said) => {
  expect(() => releaseNotes({ ...PARTS, ...change })).toThrow(said);
});
