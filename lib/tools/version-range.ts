/** The versions that proofload works with: from `atLeast` (`[major, minor]`) up to, not with, major `below`. */
export interface VersionRange {
  readonly atLeast: readonly [number, number];
  readonly below: number;
}

/** Whether a version (`1.8.1`, `2.42.0+ds`, `v3.0.0-rc.1`) is inside the range; what is no version never is. */
export function fitsRange(version: string, range: VersionRange): boolean {
  const numbers = numbersOf(version);
  if (numbers === undefined) return false;
  const [major, minor] = numbers;
  const [leastMajor, leastMinor] = range.atLeast;
  return major < range.below && (major > leastMajor || (major === leastMajor && minor >= leastMinor));
}

/** Orders versions, the newest first; what is no version comes last. */
export function newestFirst(left: string, right: string): number {
  const a = numbersOf(left) ?? [-1, -1, -1];
  const b = numbersOf(right) ?? [-1, -1, -1];
  return b[0] - a[0] || b[1] - a[1] || b[2] - a[2];
}

/** The range as people write it: `>=1.0 <3`. */
export function formatRange(range: VersionRange): string {
  return `>=${range.atLeast.join(".")} <${range.below}`;
}

function numbersOf(version: string): readonly [number, number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/u.exec(version);
  if (match === null) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}
