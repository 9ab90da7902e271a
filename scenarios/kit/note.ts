import type { Options } from "k6/options";

/** What a script tells the runner about itself, in `options.ext.proofload`, which `k6 inspect` prints. */
export interface KitNote {
  readonly kit: 1;
  readonly warmupSeconds: number;
  /** Phases of the shape itself, after the warm-up; none: all of it is baseline. */
  readonly phases: readonly { readonly phase: string; readonly startSeconds: number }[];
  /** The runner turns k6's own summary and thresholds off: both keep every sample. */
  readonly constantMemory: boolean;
  /** Made by shape(): PROOFLOAD_RATE, PROOFLOAD_DURATION and PROOFLOAD_SCALE apply. */
  readonly overridable: boolean;
  /** Names of all requests. */
  readonly requests: readonly string[];
  /** Names of all custom metrics. */
  readonly metrics: readonly string[];
}

/** The note in a script's options; a script without one says nothing of itself. */
export function readNote(options: Options): KitNote {
  const bare: KitNote = {
    kit: 1,
    warmupSeconds: 0,
    phases: [],
    constantMemory: false,
    overridable: false,
    requests: [],
    metrics: [],
  };
  return { ...bare, ...(options.ext?.["proofload"] as Partial<KitNote> | undefined) };
}
