import type { VerdictWord } from "../../lib/run/verdict.ts";
import { verdictTitle } from "../words/verdict-words.ts";

// A shape of its own for each verdict, so that nothing hangs on color: disc, octagon, diamond, triangle.
const SHAPES: Readonly<Record<VerdictWord, { readonly outline: string; readonly sign: string; readonly hex: string }>> =
  {
    pass: { outline: "M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22z", sign: "M7 12.4l3.4 3.4L17 9", hex: "#12702f" },
    fail: { outline: "M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z", sign: "M8 8l8 8M16 8l-8 8", hex: "#c01f27" },
    inconclusive: {
      outline: "M12 .3L23.7 12L12 23.7L.3 12z",
      sign: "M9.2 9.6c0-3.7 5.7-3.7 5.7-.2c0 2.2-2.9 2.3-2.9 4.6M12 17.1v.1",
      hex: "#8a5a00",
    },
    error: { outline: "M12 1.5L23.5 22H.5z", sign: "M12 9v6M12 18.2v.1", hex: "#6b2fb3" },
  };

/** The verdict's shape; the word beside it says the same, so it is hidden from screen readers. */
export function VerdictIcon({ verdict, size }: { readonly verdict: VerdictWord; readonly size: number }) {
  const { outline, sign } = SHAPES[verdict];
  return (
    <svg
      class={`icon is-${verdict}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path class="icon-shape" d={outline} />
      <path class="icon-sign" d={sign} />
    </svg>
  );
}

/** The verdict as shape and word, for tables. */
export function VerdictMark({ verdict }: { readonly verdict: VerdictWord }) {
  return (
    <span class={`mark is-${verdict}`}>
      <VerdictIcon verdict={verdict} size={16} />
      {verdictTitle(verdict)}
    </span>
  );
}

/** The verdict's shape for the browser's tab. */
export function verdictIconUrl(verdict: VerdictWord): string {
  const { outline, sign, hex } = SHAPES[verdict];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="${hex}" d="${outline}"/>` +
    `<path fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" d="${sign}"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
