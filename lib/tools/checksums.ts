/** The SHA-256 that a checksum file (`<hex>  <name>` lines, as sha256sum writes them) gives for a file; undefined where it lists none. */
export function findChecksum(text: string, file: string): string | undefined {
  for (const line of text.split("\n")) {
    const match = /^([0-9a-f]{64})\s+\*?(?:\.\/)?(.+?)\s*$/iu.exec(line);
    if (match?.[2] === file) return match[1]?.toLowerCase();
  }
  return undefined;
}
