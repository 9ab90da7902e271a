/** The first exception that a k6 log in JSON lines tells of (`GoError`, `TypeError`, …, with its stack), or null. */
export function firstScriptError(log: string): string | null {
  for (const line of log.split("\n")) {
    if (!line.includes('"level":"error"')) continue;
    let entry: { msg?: unknown; source?: unknown; error?: unknown };
    try {
      entry = JSON.parse(line) as typeof entry;
    } catch {
      continue;
    }
    const message = typeof entry.msg === "string" ? entry.msg : "";
    if (entry.source === "stacktrace" || /^(?:GoError|\w*Error|Uncaught)\b/.test(message)) return firstPlace(message);
  }
  return null;
}

/** The message and where it was thrown, on one line. */
function firstPlace(stack: string): string {
  const [message = "", place] = stack.trim().split("\n");
  return place === undefined ? message : `${message} (${place.trim()})`;
}
