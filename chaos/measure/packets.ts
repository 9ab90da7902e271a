import type { Env } from "../../lib/env.ts";

/** What came by where packets are dropped. */
export interface Packets {
  readonly all: number;
  readonly dropped: number;
}

/** Fewer packets than this tell no share. */
export const LEAST_PACKETS = 40;
const MEASURED_WITHIN_MS = 6000;
/** How far the measured share may be from the asked one: about three standard deviations of so few packets. */
const TOLERANCE = 0.25;

/** Whether enough packets came by, and about such a share (0 to 1) of them was dropped. */
export function isAbout({ all, dropped }: Packets, loss: number): boolean {
  return all >= LEAST_PACKETS && dropped > 0 && Math.abs(dropped / all - loss) <= TOLERANCE;
}

/**
 * Counts packets from now on, by a counter that only grows, until about the share `loss` of enough of them was dropped, or for six seconds; null when the counter is
 * gone (`count` answers null). One look in a thousand at so few packets is off by chance alone, and one in seventy at a loss of 0.1 sees none dropped: more packets tell.
 */
export async function watchPackets(
  { clock }: Pick<Env, "clock">,
  {
    loss,
    count,
    letPass,
  }: {
    readonly loss: number;
    readonly count: () => Promise<Packets | null>;
    /** Lets some packets come by. */
    readonly letPass: () => Promise<unknown>;
  },
): Promise<Packets | null> {
  const before = await count();
  if (before === null) return null;
  const giveUpAt = clock.monotonicMs() + MEASURED_WITHIN_MS;
  let seen: Packets = { all: 0, dropped: 0 };
  while (!isAbout(seen, loss) && clock.monotonicMs() < giveUpAt) {
    await letPass();
    const now = await count();
    if (now === null) return null;
    seen = { all: now.all - before.all, dropped: now.dropped - before.dropped };
  }
  return seen;
}
