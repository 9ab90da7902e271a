const MAX_TEXT = 500;

/** An exception's message and where it was thrown, on one line, of a stack as k6 writes it. */
export function firstPlace(stack: string): string {
  const lines = stack.trim().split("\n");
  const at = lines.findIndex((line) => /^\s*at /.test(line));
  const message = lines
    .slice(0, at === -1 ? undefined : at)
    .join(" ")
    .trim();
  const place = lines[at]?.trim();
  return (place === undefined ? message : `${message} (${place})`).slice(0, MAX_TEXT);
}
