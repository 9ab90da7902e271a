import type { Window } from "../lib/run/phase.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { countEvents } from "./count-events.ts";
import type { CountRequest } from "./count-events.ts";
import type { Tally } from "./samples.ts";

/** Counts an objective's events in what of its window is not left out, part by part, so that a restart in what is left out costs nothing. */
export function countAround(request: CountRequest, excluded: readonly Window[]): Attempt<Tally> {
  if (excluded.length === 0) return countEvents(request);
  const { window } = request;
  const parts = partsOf(window.asked, excluded);
  const tallies: Tally[] = [];
  for (const asked of parts) {
    const isFirst = asked.from === window.asked.from;
    const isLast = asked.to === window.asked.to;
    // Behind a stretch that is left out counting begins with the first scrape after it.
    const part = { ...window, asked, start: isFirst ? window.start : ("after" as const) };
    const tally = countEvents({ ...request, window: isLast ? part : { ...part, lastMoment: asked.to } });
    if (!tally.ok) return tally;
    tallies.push(tally.value);
  }
  if (tallies.length === 0) return blocked("no-data", "all of the window is left out");
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
