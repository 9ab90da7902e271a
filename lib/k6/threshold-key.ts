/** What a threshold is held against: a metric, or those of its samples that have these tags. */
export interface ThresholdKey {
  readonly metric: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** Reads `metric{tag:value,tag2:value2}` as k6 does: split at every comma, each part at its first colon, quotes around either left out. */
export function readThresholdKey(text: string): ThresholdKey {
  const open = text.indexOf("{");
  const close = text.lastIndexOf("}");
  if (open === -1 || close < open) return { metric: text, tags: [] };
  const parts = text.slice(open + 1, close).split(",");
  return {
    metric: text.slice(0, open),
    tags: parts
      .filter((part) => part.trim() !== "")
      .map((part) => {
        const colon = part.indexOf(":");
        const [key, value] = colon === -1 ? [part, ""] : [part.slice(0, colon), part.slice(colon + 1)];
        return { key: unquoted(key), value: unquoted(value) };
      }),
  };
}

function unquoted(text: string): string {
  return text.trim().replaceAll(/^["']+|["']+$/g, "");
}
