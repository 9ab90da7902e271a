import type { Window } from "../../lib/run/phase.ts";
import type { TimeSlices } from "../../lib/run/plan.ts";
import { found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { countAround, windowParts } from "../counters/count-around.ts";
import { countEvents } from "../counters/count-events.ts";
import type { CountRequest } from "../counters/count-events.ts";
import { judgeSlices, LEAST_SLICES, noTraffic, tooFew } from "./judge-slices.ts";
import type { Bounds, CensusTally } from "./judge-slices.ts";
import { holdsSlice, sliceWindows } from "./slice-windows.ts";

/** Counts the events of each slice of a window that no stretch which is left out touches. */
export function censusOfCounters(
  request: CountRequest,
  slices: TimeSlices,
  excluded: readonly Window[],
): Attempt<CensusTally> {
  const { window } = request;
  const shares: Bounds[] = [];
  const excused = new Set<string>();
  const instances = new Set<string>();
  const covered: Window[] = [];
  // Of a slice that is left out, what lies outside of the stretch must be as whole as all else.
  const around = excluded.length === 0 ? null : countAround(request, excluded);
  if (around?.ok === false) return around;
  const parts = windowParts(window, excluded);
  const laid = sliceWindows(window.asked, slices.seconds);
  const windows = laid.filter((slice) => parts.some(({ asked }) => holdsSlice(asked, slice)));
  const leftOut = laid.length - windows.length;
  if (windows.length < LEAST_SLICES) return tooFew(windows.length, slices.seconds, leftOut);
  for (const asked of windows) {
    const start = asked.from > window.asked.from ? "after" : window.start;
    // Each begins at the very sample with which the one before it ends.
    const { lastMoment } = parts.find((part) => holdsSlice(part.asked, asked)) ?? window;
    const tally = countEvents({ ...request, window: { ...window, asked, start, lastMoment } });
    if (!tally.ok) return tally;
    const { good, lost } = tally.value;
    if (!(tally.value.total > 0)) return noTraffic(asked, tally.value.instances);
    const total = tally.value.total + lost;
    shares.push({ low: good / total, high: (good + lost) / total });
    covered.push(tally.value.covered);
    for (const one of tally.value.excused) excused.add(one);
    for (const one of tally.value.instances) instances.add(one);
  }
  return found({
    ...judgeSlices(shares, slices, leftOut),
    covered: { from: Math.min(...covered.map(({ from }) => from)), to: Math.max(...covered.map(({ to }) => to)) },
    excused: [...excused],
    instances: [...instances],
  });
}
