import { scaleLog } from "d3-scale";

/** What the scale counts as all: the last thousandth of a percent. */
const SMALLEST_BAD_SHARE = 1e-5;
const toFraction = scaleLog().domain([1, SMALLEST_BAD_SHARE]).range([0, 1]).clamp(true);

/** The marks of the scale, as shares and as they are written. */
export const NINES: readonly { readonly share: number; readonly label: string }[] = [
  { share: 0, label: "0" },
  { share: 0.9, label: "90" },
  { share: 0.99, label: "99" },
  { share: 0.999, label: "99.9" },
  { share: 0.9999, label: "" },
  { share: 1, label: "100 %" },
];

/**
 * Where a share of good events stands between 0 (none) and 1 (all), each further nine being as wide as the one before,
 * so that 99.9 % and 99.99 % are as far apart as 90 % and 99 %.
 */
export function ninesFraction(share: number): number {
  return Number.isNaN(share) ? 0 : toFraction(Math.max(SMALLEST_BAD_SHARE, 1 - share));
}
