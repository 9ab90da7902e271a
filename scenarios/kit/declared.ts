const requests = new Set<string>();
const metrics = new Set<string>();
let isOver = false;

/** Notes a request that the script makes; after the init code that is an error, or nobody would have known of it. */
export function declareRequest(name: string): void {
  refuseLate(`endpoint("${name}")`);
  requests.add(name);
}

/** Notes a custom metric of the script; a second one of that name, or one after the init code, is an error. */
export function declareMetric(name: string): void {
  refuseLate(`kpi("${name}")`);
  if (metrics.has(name)) throw new Error(`kpi("${name}"): made twice, share the first one`);
  metrics.add(name);
}

/** All that was declared, in the order of their making. */
export function declared(): { readonly requests: string[]; readonly metrics: string[] } {
  return { requests: [...requests], metrics: [...metrics] };
}

/** The init code is over. */
export function endDeclarations(): void {
  isOver = true;
}

function refuseLate(what: string): void {
  if (isOver) throw new Error(`${what}: make it once, outside of functions, not in an iteration`);
}
