/** Over how many seconds the numbers are taken that people look at while k6 pushes once a second. */
export const RECENT_SECONDS = 3;

/**
 * PromQL for events per second in the last few seconds, of counters that k6 pushes. `rate()` would lose what a series held
 * when it was first seen, which is the first second of every phase: k6's counters begin at 0 with the run, so the
 * difference of the totals is exact. `runSeconds` is how far back the run can reach.
 */
export function pushedPerSecond(selector: string, runSeconds: number): string {
  const total = (offset: string): string => `sum(last_over_time(${selector}[${Math.ceil(runSeconds)}s]${offset}))`;
  return `(${total("")} - (${total(` offset ${RECENT_SECONDS}s`)} or vector(0))) / ${RECENT_SECONDS}`;
}

/** The same for a quantile (0 to 1) of native histograms, where a series that is younger than the range counts whole. */
export function pushedQuantile(quantile: number, selector: string): string {
  const range = `${RECENT_SECONDS}s`;
  const recent = `(${selector} unless ${selector} offset ${range}) or increase(${selector}[${range}])`;
  return `histogram_quantile(${quantile}, sum(${recent}))`;
}
