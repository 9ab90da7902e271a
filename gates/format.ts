/** A count with its thousands set off: "2,400". */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A share as a percentage; close to all, with two digits of what is missing: "58.3 %", "99.87 %", "99.9955 %", "100 %". */
export function formatShare(share: number): string {
  if (share >= 1) return "100 %";
  const decimals = Math.min(6, Math.max(1, 1 - Math.floor(Math.log10((1 - share) * 100))));
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
