import { z } from "zod";

const UNITS: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A size in a config file such as 100MB or 1GiB, read as bytes. */
export const sizeSchema = z.string().transform((text, context) => {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?) ?(KB|MB|GB|KiB|MiB|GiB)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (amount !== undefined && factor !== undefined && Number(amount) > 0) return Math.round(Number(amount) * factor);
  context.addIssue({ code: "custom", message: `expected a size such as 100MB or 1GiB, not '${text}'` });
  return z.NEVER;
});
