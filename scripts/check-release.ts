/** What a release is made from: the tag, and the texts of package.json and CHANGELOG.md. */
export interface ReleaseParts {
  readonly tag: string;
  readonly packageJson: string;
  readonly changelog: string;
}

/** The notes of a release: its section of the CHANGELOG. Throws unless tag, version and CHANGELOG say the same. */
export function releaseNotes({ tag, packageJson, changelog }: ReleaseParts): string {
  const { version } = JSON.parse(packageJson) as { readonly version: string };
  if (tag !== `v${version}`) {
    throw new Error(`the tag is ${tag}, but package.json's version is ${version}: the tag must be v${version}`);
  }
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => line === `## ${version}` || line.startsWith(`## ${version} `));
  if (start === -1) throw new Error(`CHANGELOG.md has no section "## ${version}": rename "## Unreleased" to it`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  const section = lines.slice(start + 1, length === -1 ? undefined : start + 1 + length);
  const notes = section.join("\n").trim();
  if (notes === "") throw new Error(`CHANGELOG.md says nothing under "## ${version}"`);
  return notes;
}
