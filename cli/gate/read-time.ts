import { formatTime } from "../../gates/format.ts";
import { parseDuration } from "../../lib/config/duration.ts";
import { usageError } from "../../lib/errors.ts";

/** A moment that a user named: Unix seconds, and whether this machine's clock told it. */
export interface Moment {
  readonly at: number;
  readonly relative: boolean;
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const FORMS = "expected a time such as 2026-11-21T10:00:00Z, Unix seconds, -10m or now";
/** 1e11 seconds are in the year 5138: whoever writes that means milliseconds. */
const SURELY_MILLISECONDS = 1e11;
/** So far ahead of this machine's clock a window may end: another clock told it, or it ends in a moment. */
const AHEAD_SECONDS = 5;

/** Reads one edge of a window; `now` is Unix seconds. Throws a usage error that names the option. */
export function readTime(option: string, text: string, now: number): Moment {
  if (text === "now") return { at: now, relative: true };
  const ago = /^(?:now)?-(.+)$/.exec(text)?.[1];
  if (ago !== undefined) {
    const seconds = parseDuration(ago);
    if (seconds === null) throw usageError("bad-option", `${option}: ${FORMS}, found '${text}'`);
    return { at: now - seconds, relative: true };
  }
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const at = Number(text);
    if (at < SURELY_MILLISECONDS) return { at, relative: false };
    throw usageError("bad-option", `${option}: expected Unix seconds, found '${text}', which looks like milliseconds`);
  }
  const at = readRfc3339(text);
  if (at !== null) return { at, relative: false };
  const zoned = readRfc3339(`${text}Z`) !== null;
  const found = zoned ? `'${text}', which has no zone: add Z, or +02:00` : `'${text}'`;
  throw usageError("bad-option", `${option}: ${FORMS}, found ${found}`);
}

/** Reads both edges of a window; the end may not be in the future, and must come after the beginning. */
export function readWindow(
  { from, to }: { readonly from: string; readonly to: string },
  now: number,
): { readonly from: number; readonly to: number; readonly relative: boolean } {
  const [begin, end] = [readTime("--from", from, now), readTime("--to", to, now)];
  if (end.at > now + AHEAD_SECONDS)
    throw usageError("bad-option", `--to: '${to}' is in the future: it is ${formatTime(now)} here`);
  if (end.at <= begin.at) throw usageError("bad-option", `--from '${from}' is not before --to '${to}'`);
  return { from: begin.at, to: end.at, relative: begin.relative || end.relative };
}

function readRfc3339(text: string): number | null {
  const [, day, time, fraction = "", zone] = RFC3339.exec(text) ?? [];
  if (day === undefined || time === undefined || zone === undefined) return null;
  // Date makes 2 March of 30 February: what is written must be what is read.
  const utc = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(utc) || new Date(utc).toISOString() !== `${day}T${time}.000Z`) return null;
  const at = Date.parse(`${day}T${time}${zone.toUpperCase()}`) / 1000;
  return Number.isNaN(at) ? null : at + Number(`0${fraction}`);
}
