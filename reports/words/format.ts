const NBSP = "\u00a0";
/** What stands where nothing was observed. */
export const UNKNOWN = "unknown";
/** The last moment that a JavaScript date can hold, in Unix seconds. */
const MAX_DATE_SECONDS = 8.64e12;

/** A whole number with thousands separators: 4,950. */
export function formatCount(count: number | null): string {
  return count === null || !Number.isFinite(count) ? UNKNOWN : Math.round(count).toLocaleString("en-US");
}

/** A number of any size for people: about four significant digits, no exponent where none is needed. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-6)) return value.toExponential(2);
  return magnitude >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 8 });
}

/**
 * A share as a percentage, with as many digits as tell it from 0 and from 1: 17.5 %, 99.962 %.
 * What isn't exactly all is never shown as 100 %.
 */
export function formatShare(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return UNKNOWN;
  // Sums of floating-point numbers miss by less than this.
  const percent = Math.abs(1 - share) < 1e-12 ? 100 : share * 100;
  const distance = Math.min(Math.abs(percent), Math.abs(100 - percent));
  const digits = distance === 0 ? 1 : Math.min(8, Math.max(1, 1 - Math.floor(Math.log10(distance) + 1e-9)));
  const rounded = Number(percent.toFixed(digits));
  if (rounded === 100 && percent < 100) return `<100${NBSP}%`;
  if (rounded === 0 && percent > 0) return `>0${NBSP}%`;
  return `${rounded.toLocaleString("en-US", { maximumFractionDigits: 8 })}${NBSP}%`;
}

/** A difference of two shares in percentage points, without its sign: 41.2 points. */
export function formatPoints(difference: number): string {
  const points = Math.abs(difference * 100);
  if (!Number.isFinite(points)) return UNKNOWN;
  const text =
    points >= 10 || points === 0 ? String(Number(points.toFixed(1))) : formatNumber(Number(points.toPrecision(2)));
  return `${text}${NBSP}points`;
}

/** A length of time: 250 ms, 12.3 s, 5 min 12 s, 2 h 3 min. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return UNKNOWN;
  if (seconds < 0) return `−${formatSeconds(-seconds)}`;
  if (seconds === 0) return `0${NBSP}s`;
  if (seconds < 1) return `${formatNumber(seconds * 1000)}${NBSP}ms`;
  if (seconds < 120) return `${Number(seconds.toFixed(1))}${NBSP}s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0
    ? `${formatCount(hours)}${NBSP}h ${minutes}${NBSP}min`
    : `${minutes}${NBSP}min${rest > 0 ? ` ${rest}${NBSP}s` : ""}`;
}

/** A size in memory: 184 MB, 8.2 GB. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return UNKNOWN;
  const [size, unit] = Math.abs(bytes) >= 1e9 ? [bytes / 1e9, "GB"] : [bytes / 1e6, "MB"];
  return `${formatNumber(size)}${NBSP}${unit}`;
}

/** A moment as seconds after the load's start: 17.2 s. */
export function formatOffset(at: number | null, loadStart: number | null): string {
  if (at === null || loadStart === null || !Number.isFinite(at - loadStart)) return UNKNOWN;
  const offset = Number((at - loadStart).toFixed(1));
  return `${offset < 0 ? "−" : ""}${Math.abs(offset).toLocaleString("en-US")}${NBSP}s`;
}

/** A moment (Unix seconds) in UTC: 2025-06-14 09:31:07 UTC. */
export function formatUtc(at: number | null): string {
  const iso = isoOf(at);
  return iso === null ? UNKNOWN : `${iso.slice(0, -5).replace("T", " ")}${NBSP}UTC`;
}

/** RFC 3339 of a moment (Unix seconds), or null where there is none. */
export function isoOf(at: number | null): string | null {
  return at === null || !Number.isFinite(at) || Math.abs(at) > MAX_DATE_SECONDS
    ? null
    : new Date(at * 1000).toISOString();
}

/** A quantity with its unit: 403 ms. */
export function formatQuantity(value: number | null, unit: string): string {
  return value === null ? UNKNOWN : `${formatNumber(value)}${unit === "" ? "" : NBSP}${unit}`;
}

/** The first `max` characters, with an ellipsis in place of the rest. */
export function clip(text: string, max: number): string {
  const characters = Array.from(text.slice(0, max * 2 + 2));
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : text;
}

/** A count with its noun: 1 event, 2 events. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}
