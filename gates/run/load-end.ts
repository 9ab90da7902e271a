import type { RunEvent } from "../../lib/run/events.ts";
import { formatCount, formatMissed, formatShare } from "../format.ts";

export type ObjectiveBroke = Extract<RunEvent, { readonly type: "objective-broke" }>;

/** How the load of a run began and ended, by its timeline; times are Unix seconds. */
export interface LoadEnd {
  readonly startedAt: number | null;
  /** The objective for which the load was ended, if it was. */
  readonly broke: ObjectiveBroke | null;
  readonly cutShort: boolean;
}

/** Reads from the timeline when the load began and why it ended. */
export function loadEndOf(events: readonly RunEvent[]): LoadEnd {
  return {
    startedAt: events.find(({ type }) => type === "load-started")?.at ?? null,
    broke: events.find((event) => event.type === "objective-broke") ?? null,
    cutShort: events.some(({ type }) => type === "cut-short"),
  };
}

/** What broke, with its numbers, in one sentence. */
export function brokeWords({ slo, phase, good, total, target, windowSeconds }: ObjectiveBroke): string {
  const seen = `${formatMissed(good / total, target)} of the ${formatCount(total)} events in the last ${Number(windowSeconds.toFixed(1))} s were good`;
  return `${slo} in ${phase}: ${seen}, ${formatShare(target)} promised, so the load was ended`;
}
