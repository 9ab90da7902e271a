import type { z } from "zod";

import type { Env } from "../lib/env.ts";
import type { Measurement } from "../lib/run/events.ts";
import type { Target } from "./target.ts";

/** What a fault may touch while it works. */
export interface FaultWorld {
  readonly env: Env;
  readonly runId: string;
  /** Ends a measurement that is not wanted any more; an undo does not listen to it. */
  readonly signal?: AbortSignal;
}

/** What a proof found; `held: false` means that the effect (or its end) was not seen. */
export interface Proof {
  readonly held: boolean;
  readonly measurement: Measurement | null;
  readonly message: string;
}

/** What has passed a fault so far, and what is on its way. */
export interface Traffic {
  /** Of connections that have ended. */
  readonly bytes: number;
  /** That are open now. */
  readonly connections: number;
}

/** One injection: the fault's settings on one target, with what was measured before anything happened. */
export interface Injection<Settings, Prepared> {
  readonly name: string;
  readonly settings: Settings;
  readonly prepared: Prepared;
}

/**
 * A fault, one file each in chaos/faults. The engine calls, in this order: `resolve`, then (with the intent, `undoRecord`,
 * journalled and fsynced) `inject`, `prove`, `undo`, `proveUndone`.
 */
export interface FaultDefinition<Settings, Prepared, UndoRecord> {
  readonly kind: string;
  /** `instant` (a kill) ends by itself; `held` (a latency) lasts until its undo, and healing early spoils it. */
  readonly nature: "instant" | "held";
  /** True when the target can't count the requests it never saw. */
  readonly callerCounts: boolean;
  readonly targetKind: Target["kind"];
  readonly settings: z.ZodType<Settings>;
  /** Finds the target and measures it as it is; throws a ProofloadError when the fault can't work on it. */
  resolve(world: FaultWorld, target: Target, name: string, settings: Settings): Promise<Prepared>;
  /** Everything that `undo` needs, known before the injection. */
  undoRecord(injection: Injection<Settings, Prepared>): UndoRecord;
  readonly undoRecordSchema: z.ZodType<UndoRecord>;
  /**
   * What nobody else may touch meanwhile, as texts that are equal for the same resource of this machine, whatever it was called by:
   * `process 123 <start>`, `toxiproxy http://127.0.0.1:8474 store`, `container <id> network`. Runs exclude each other by these.
   */
  locks(injection: Injection<Settings, Prepared>): readonly string[];
  /** The undo as a command that a person can type, for when nobody of ours is left to do it. Words that need it are quoted for a shell. */
  undoCommand(record: UndoRecord): string;
  inject(world: FaultWorld, injection: Injection<Settings, Prepared>): Promise<void>;
  /**
   * `injectedAtMs` is the monotonic moment just before the injection. A held fault is proven again and again while it is held, so this is cheap
   * and changes nothing.
   */
  prove(world: FaultWorld, injection: Injection<Settings, Prepared>, injectedAtMs: number): Promise<Proof>;
  /**
   * Idempotent; safe when the target is gone and when nothing was injected. The guardian calls it with the journal's record. Of an instant fault it is called
   * once its recovery was watched: it brings back what did not come back by itself.
   */
  undo(world: FaultWorld, record: UndoRecord): Promise<void>;
  proveUndone(world: FaultWorld, injection: Injection<Settings, Prepared>, injectedAtMs: number): Promise<Proof>;
  /** Of a fault in a path that a service may not take: what has passed there; null where that can't be told. Left out where the target itself is what is broken. */
  traffic?(world: FaultWorld, injection: Injection<Settings, Prepared>): Promise<Traffic | null>;
}

/** A fault whose own types are closed over, so that the engine can hold any of them. */
export interface Fault {
  readonly kind: string;
  readonly nature: "instant" | "held";
  readonly callerCounts: boolean;
  readonly targetKind: Target["kind"];
  readonly settings: z.ZodType;
  /** Readies one injection; `settings` are those that `this.settings` parsed. */
  ready(world: FaultWorld, target: Target, name: string, settings: unknown): Promise<ReadyFault>;
  /** Undoes from a journal's record. */
  undo(world: FaultWorld, record: unknown): Promise<void>;
  /** The same, as a command for a person. */
  undoCommand(record: unknown): string;
}

/** An injection that only has to be done. */
export interface ReadyFault {
  readonly undoRecord: unknown;
  readonly locks: readonly string[];
  readonly undoCommand: string;
  readonly inject: () => Promise<void>;
  readonly prove: (signal: AbortSignal) => Promise<Proof>;
  readonly undo: () => Promise<void>;
  readonly proveUndone: (signal: AbortSignal) => Promise<Proof>;
  readonly traffic?: () => Promise<Traffic | null>;
}

/** Makes a {@link Fault} of its definition. */
export function defineFault<Settings, Prepared, UndoRecord>(
  definition: FaultDefinition<Settings, Prepared, UndoRecord>,
): Fault {
  const undo = async (world: FaultWorld, record: unknown): Promise<void> =>
    definition.undo(world, definition.undoRecordSchema.parse(record));
  return {
    kind: definition.kind,
    nature: definition.nature,
    callerCounts: definition.callerCounts,
    targetKind: definition.targetKind,
    settings: definition.settings,
    undo,
    undoCommand: (record) => definition.undoCommand(definition.undoRecordSchema.parse(record)),
    ready: async (world, target, name, settings) => {
      // The engine hands over what `definition.settings` parsed: the one place where that is taken on trust.
      const known = settings as Settings;
      const injection = { name, settings: known, prepared: await definition.resolve(world, target, name, known) };
      const undoRecord = definition.undoRecord(injection);
      let injectedAtMs = world.env.clock.monotonicMs();
      return {
        undoRecord,
        locks: definition.locks(injection),
        undoCommand: definition.undoCommand(undoRecord),
        inject: async () => {
          injectedAtMs = world.env.clock.monotonicMs();
          await definition.inject(world, injection);
        },
        prove: async (signal) => definition.prove({ ...world, signal }, injection, injectedAtMs),
        undo: async () => definition.undo(world, undoRecord),
        proveUndone: async (signal) => definition.proveUndone({ ...world, signal }, injection, injectedAtMs),
        ...(definition.traffic === undefined
          ? {}
          : { traffic: async () => definition.traffic?.(world, injection) ?? null }),
      };
    },
  };
}
