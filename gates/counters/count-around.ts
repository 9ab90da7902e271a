import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { countEvents } from "./count-events.ts";
import type { CountRequest } from "./count-events.ts";
import type { Tally } from "./samples.ts";
import type { JudgedWindow } from "../windows.ts";

/** Counts an objective's events in what of its window is not left out, part by part, so that a restart in what is left out costs nothing. */
export function countAround(request: CountRequest, excluded: readonly Window[]): Attempt<Tally> {
  if (excluded.length === 0) return countEvents(request);
  const tallies: Tally[] = [];
  for (const window of windowParts(request.window, excluded)) {
    const tally = countEvents({ ...request, window });
    if (!tally.ok) return tally;
    tallies.push(tally.value);
  }
  if (tallies.length === 0) return allLeftOut();
  const sum = (key: "good" | "total" | "lost"): number => tallies.reduce((all, tally) => all + tally[key], 0);
  return found({
    good: sum("good"),
    total: sum("total"),
    lost: sum("lost"),
    clusters: tallies.flatMap(({ clusters }) => clusters),
    covered: {
      from: Math.min(...tallies.map(({ covered }) => covered.from)),
      to: Math.max(...tallies.map(({ covered }) => covered.to)),
    },
    excused: [...new Set(tallies.flatMap(({ excused }) => excused))],
    instances: [...new Set(tallies.flatMap(({ instances }) => instances))],
  });
}

/** What is said of a window of which nothing is left. */
export function allLeftOut() {
  return blocked("no-data", "all of the window is left out");
}

/** What is left of a window without some stretches of it, as windows of their own: no sample of a stretch that is left out belongs to one. */
export function windowParts(window: JudgedWindow, excluded: readonly Window[]): readonly JudgedWindow[] {
  return partsOf(window.asked, excluded).map((asked) => ({
    ...window,
    asked,
    // Behind a stretch that is left out counting begins with the first scrape after it.
    start: asked.from === window.asked.from ? window.start : "after",
    lastMoment: asked.to === window.asked.to ? window.lastMoment : asked.to,
  }));
}

/** What is left of a window without some stretches of it, in time order. */
export function partsOf({ from, to }: Window, excluded: readonly Window[]): readonly Window[] {
  const parts: Window[] = [];
  let start = from;
  for (const one of excluded.toSorted((a, b) => a.from - b.from)) {
    if (one.from > start) parts.push({ from: start, to: Math.min(to, one.from) });
    start = Math.max(start, one.to);
    if (start >= to) return parts;
  }
  return [...parts, { from: start, to }];
}
