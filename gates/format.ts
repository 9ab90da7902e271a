/** A count with its thousands set off: "2,400". */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A time (Unix seconds) as RFC 3339 in UTC, with milliseconds where there are some: "2026-11-21T10:00:00Z". */
export function formatTime(at: number): string {
  const date = new Date(Math.round(at * 1000));
  return Number.isNaN(date.getTime()) ? `${at}` : date.toISOString().replace(".000Z", "Z");
}

/** A length of time for messages: "45.0 s". */
export function formatSpan(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** Between two times (Unix seconds), as RFC 3339. */
export function formatBetween(from: number, to: number): string {
  return `between ${formatTime(from)} and ${formatTime(to)}`;
}

/** The first few of some names, and how many more there are: "a, b and 3 more". */
export function formatNames(names: readonly string[], most = 3): string {
  const more = names.length - most;
  return more <= 0 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${more} more`;
}

/** A rate per second, or a number of VUs: "1,500", "12.5". */
export function formatRate(rate: number): string {
  return Number(rate.toFixed(rate < 100 ? 2 : 0)).toLocaleString("en-US");
}

/** A share as a percentage; close to all or to nothing, with two digits of the difference: "58.3 %", "99.87 %", "0.013 %", "100 %". */
export function formatShare(share: number): string {
  if (Number.isNaN(share)) return "an unknown share";
  if (share >= 1) return "100 %";
  const distance = share > 0 ? Math.min(share, 1 - share) : 1 - share;
  const decimals = Math.min(6, Math.max(1, 1 - Math.floor(Math.log10(distance * 100))));
  const text = (share * 100).toFixed(decimals);
  return Number(text) < 100 ? `${Number(text)} %` : "just under 100 %";
}

/** A share that missed a target, with as many decimals as show it. */
export function formatMissed(share: number, target: number): string {
  for (const decimals of [1, 2, 3, 4, 5, 6]) {
    const text = (share * 100).toFixed(decimals);
    if (Number(text) / 100 < target) return `${Number(text)} %`;
  }
  return `just under ${formatShare(target)}`;
}
