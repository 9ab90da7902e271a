import type { ActiveFault } from "./active-fault.ts";
import type { EngineWorld } from "./engine-world.ts";
import type { Traffic } from "./fault.ts";
import { targetRef } from "./target.ts";

/** What the proofs themselves sent is counted by then. */
const SETTLE_MS = 200;

/** Tells what passes faults while they are held from what their own proofs send. */
export interface TrafficWatch {
  /** A proof is about to be made: looks whether anything passed since the last one. */
  pause(): Promise<void>;
  /** The proof is made. */
  resume(): Promise<void>;
  /** Tells of each fault that nobody met, of those of which it can be told. */
  tell(): void;
}

/** Watches the faults of which what passes them can be told; does nothing where no load runs, or none is of that kind. */
export function watchTraffic(world: EngineWorld, active: readonly ActiveFault[]): TrafficWatch {
  const watched = world.isLoaded() ? active.filter(({ ready }) => ready.traffic !== undefined) : [];
  const since = new Map<ActiveFault, Traffic | null>();
  /** Whether a fault was met; null while it can't be told. */
  const met = new Map<ActiveFault, boolean | null>();
  const look = (fault: ActiveFault): Promise<Traffic | null> =>
    (fault.ready.traffic?.() ?? Promise.resolve(null)).catch(() => null);
  return {
    pause: async () => {
      await Promise.all(
        watched.map(async (fault) => {
          const then = since.get(fault) ?? null;
          if (met.get(fault) === true || then === null) return;
          const now = await look(fault);
          if (now !== null) met.set(fault, now.connections > 0 || now.bytes > then.bytes);
        }),
      );
    },
    resume: async () => {
      const left = watched.filter((fault) => met.get(fault) !== true);
      if (left.length === 0) return;
      await world.env.clock.sleep(SETTLE_MS, world.signal);
      await Promise.all(left.map(async (fault) => since.set(fault, await look(fault))));
    },
    tell: () => {
      for (const fault of watched) {
        if (met.get(fault) !== false) continue;
        world.emit({
          type: "fault-unmet",
          fault: fault.plan.name,
          message: `while it was on, nothing but its own proofs passed ${targetRef(fault.target)}: the service goes past the proxy, had no need of it, or answers from a cache`,
        });
      }
    },
  };
}
