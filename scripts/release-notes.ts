// Refuses a release whose tag, version and CHANGELOG disagree, and writes its notes: npm run release-notes -- TAG FILE
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { releaseNotes } from "./check-release.ts";

const [tag, file] = process.argv.slice(2);
if (tag === undefined || file === undefined) throw new Error("npm run release-notes -- TAG FILE");
const read = (path: string): string => readFileSync(path, "utf8");
const notes = releaseNotes({ tag, packageJson: read("package.json"), changelog: read("CHANGELOG.md") });
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${notes}\n`);
process.stdout.write(`${file}: the notes of ${tag}\n`);
