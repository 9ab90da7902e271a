/** The newest version of the API that this was written for; Docker 29 speaks none below it by default. */
const NEWEST = "1.44";
/** Docker 17.06; what is used here is older. */
const OLDEST = "1.30";

/** What version of its API to speak with an engine; null when there is none that both know. */
export function negotiateApiVersion(engine: { readonly newest: string; readonly oldest: string }): string | null {
  const version = compare(engine.newest, NEWEST) < 0 ? engine.newest : NEWEST;
  return compare(version, engine.oldest) < 0 || compare(version, OLDEST) < 0 ? null : version;
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split(".").map(Number);
  const [majorB = 0, minorB = 0] = b.split(".").map(Number);
  return majorA - majorB || minorA - minorB;
}
