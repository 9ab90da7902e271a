const MAX_TEXT = 500;
/** Frames that are no author's: the kit's own, and k6's. */
const NOT_THE_AUTHORS = /\/scenarios\/kit\/|proofload-entry|\(native\)|^\s*at native$/;

/** An exception's message and the author's line that led to it, on one line, of a stack as k6 writes it. */
export function firstPlace(stack: string): string {
  const lines = stack.trim().split("\n");
  const at = lines.findIndex((line) => /^\s*at /.test(line));
  const message = lines
    .slice(0, at === -1 ? undefined : at)
    .join(" ")
    .trim();
  const frames = lines.slice(Math.max(at, 0)).filter((line) => /^\s*at /.test(line));
  const place = (frames.find((frame) => !NOT_THE_AUTHORS.test(frame)) ?? frames[0])?.trim();
  return (place === undefined ? message : `${message} (${place})`).slice(0, MAX_TEXT);
}
