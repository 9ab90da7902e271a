const UNIT_SECONDS: Readonly<Record<string, number>> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  Q: 7_776_000,
  y: 31_536_000,
  Y: 31_536_000,
};

/** Seconds of a length such as 30d, 1w2d, 1M or 1Y (of 30 and 365 days); null for anything else. */
export function lengthOf(text: string): number | null {
  if (!/^(?:\d+[mhdwMQyY])+$/.test(text)) return null;
  return [...text.matchAll(/(\d+)(\D)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? Number.NaN),
    0,
  );
}
