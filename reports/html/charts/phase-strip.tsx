import type { RunRecord } from "../../../lib/run/record.ts";
import { isJudgedPhase } from "../../../lib/run/phase.ts";
import { verdictTitle, worstVerdict } from "../../words/verdict-words.ts";
import { VerdictIcon } from "../verdict-icon.tsx";
import type { Span } from "./chart-model.ts";
import type { TimeScale } from "./time-scale.ts";

interface PhaseStripProps {
  readonly record: RunRecord;
  readonly loadStart: number;
  readonly span: Span;
  readonly time: TimeScale;
}

/** The phases along the charts' time axis, each with the worst verdict that it got. */
export function PhaseStrip({ record, loadStart, span, time }: PhaseStripProps) {
  const { phases, objectives } = record.verdict;
  return (
    <ol class="strip" aria-label="Phases and their verdicts">
      {phases
        .filter(({ from, to }) => to - loadStart > span.from && from - loadStart < span.to)
        .map(({ phase, from, to }) => {
          const left = time.toPercent(from - loadStart);
          const width = time.toPercent(to - loadStart) - left;
          const worst = worstVerdict(objectives.filter((o) => o.phase === phase).map(({ verdict }) => verdict));
          const words = worst !== null ? verdictTitle(worst) : isJudgedPhase(phase) ? "no objective" : "never judged";
          return (
            <li
              class={worst === null ? "is-unjudged" : `is-${worst}`}
              style={{ left: `${left}%`, width: `${Number(width.toFixed(3))}%` }}
              title={`${phase}: ${words}`}
            >
              {worst !== null && <VerdictIcon verdict={worst} size={13} />}
              <span class="phase-name">{phase}</span>
              <span class="hidden">: {words}</span>
            </li>
          );
        })}
    </ol>
  );
}
