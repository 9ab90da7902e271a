import { z } from "zod";

import { defineFault } from "../fault.ts";
import type { Fault } from "../fault.ts";
import { targetRef } from "../target.ts";

/** What a fake fault was asked to do, in order, and how it answers. */
export interface FakeFault {
  readonly fault: Fault;
  readonly calls: string[];
  /** Whether the effect is there now. */
  active: boolean;
  /** What all of its injections share; null: each is on a thing of its own. */
  lock: string | null;
  /** Called while the target is looked at. */
  onResolve: () => void;
  /** Called while it is proven, for the first time, for the second and so on. */
  onProve: (time: number) => Promise<void>;
  /** Called while it is undone. */
  onUndo: () => Promise<void>;
  /** What it does wrong. */
  trouble:
    | "none"
    | "inject-throws"
    | "no-effect"
    | "healed-early"
    | "undo-throws"
    | "never-recovers"
    | "resolve-throws";
}

/** A fault that only keeps a record, for tests of what plays faults. */
export function createFakeFault(nature: "instant" | "held" = "held", kind = "fake"): FakeFault {
  const fake: FakeFault = {
    fault: undefined as unknown as Fault,
    calls: [],
    active: false,
    lock: null,
    onResolve: () => undefined,
    onProve: async () => undefined,
    onUndo: async () => undefined,
    trouble: "none",
  };
  const measurement = { what: "effect", unit: "ms", before: 0, asked: 1, measured: 1 };
  let proofs = 0;
  const fault = defineFault({
    kind,
    nature,
    callerCounts: nature === "instant",
    targetKind: "process",
    settings: z.strictObject({}),
    undoRecordSchema: z.strictObject({ what: z.string() }),
    resolve: async (_, target) => {
      fake.calls.push("resolve");
      fake.onResolve();
      if (fake.trouble === "resolve-throws") throw new Error("no such target");
      return { ref: targetRef(target) };
    },
    undoRecord: () => ({ what: "fake" }),
    locks: ({ prepared }) => [fake.lock ?? prepared.ref],
    undoCommand: ({ what }) => `undo ${what}`,
    inject: async () => {
      fake.calls.push("inject");
      fake.active = true;
      if (fake.trouble === "inject-throws") throw new Error("lost the connection while injecting");
    },
    prove: async () => {
      proofs += 1;
      fake.calls.push("prove");
      await fake.onProve(proofs);
      const held = fake.trouble !== "no-effect" && !(fake.trouble === "healed-early" && proofs > 1);
      return { held, measurement, message: held ? "seen" : "not seen" };
    },
    undo: async () => {
      fake.calls.push("undo");
      if (fake.trouble === "undo-throws") throw new Error("refused");
      await fake.onUndo();
      fake.active = false;
    },
    proveUndone: async () => {
      fake.calls.push("proveUndone");
      const held = fake.trouble !== "never-recovers";
      return { held, measurement, message: held ? "back" : "still away" };
    },
  });
  return Object.assign(fake, { fault });
}
