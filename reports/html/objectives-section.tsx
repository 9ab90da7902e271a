import type { PhaseWindow } from "../../lib/run/phase.ts";
import type { GateVerdict, ObjectiveVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { isCapacityStep } from "../words/describe-capacity.ts";
import { isToldOfAll, notesOf, outcomeOf, promiseOf } from "../words/describe-objective.ts";
import type { PlannedObjectives } from "../words/describe-objective.ts";
import { formatShare, formatSeconds } from "../words/format.ts";
import { counterName, verdictCounts } from "../words/verdict-words.ts";
import { IntervalBar } from "./interval-bar.tsx";
import { TableHead } from "./table-head.tsx";
import { VerdictMark } from "./verdict-icon.tsx";

export interface ObjectivesSectionProps {
  readonly verdict: Pick<GateVerdict, "objectives" | "confidence" | "reasons"> & Partial<Pick<RunVerdict, "capacity">>;
  readonly plan: PlannedObjectives;
  /** The phases as they were. */
  readonly windows: readonly PhaseWindow[];
  /** A moment (Unix seconds) in words. */
  readonly momentWords: (at: number) => string;
  /** Anything else to tell of an objective. */
  readonly noteOf?: (objective: ObjectiveVerdict) => string;
}

/** What was promised in each phase, what was seen, and by how much it was missed. */
export function ObjectivesSection(props: ObjectivesSectionProps) {
  const { objectives, confidence } = props.verdict;
  return (
    <section id="objectives" aria-labelledby="objectives-title">
      <h2 id="objectives-title">
        Objectives <small>{verdictCounts(objectives.map(({ verdict }) => verdict))}</small>
      </h2>
      {objectives.length === 0 ? (
        <p class="empty">No objective was judged.</p>
      ) : (
        <div class="panel">
          <table class="stack objectives" role="table">
            <TableHead names={["Verdict", "Objective", "Promised", "Seen", "Seen against promised", "Difference"]} />
            {phasesOf(objectives).map((phase) => (
              <PhaseRows {...props} phase={phase} />
            ))}
          </table>
          <p class="legend-line">
            Each bound is one-sided, with {formatShare(confidence)} confidence. The bar is the interval, the dot what
            was seen, the line what was promised; every nine is as wide as the one before.
          </p>
        </div>
      )}
    </section>
  );
}

function PhaseRows(props: ObjectivesSectionProps & { readonly phase: string }) {
  const { verdict, windows, phase, momentWords } = props;
  const { objectives, capacity = null } = verdict;
  const window = windows.find((entry) => entry.phase === phase);
  return (
    <tbody role="rowgroup">
      <tr class="group" role="row">
        <th scope="rowgroup" role="rowheader" colSpan={6}>
          {phase}{" "}
          <small>
            {window === undefined
              ? "never reached"
              : `${momentWords(window.from)} to ${momentWords(window.to)}, ${formatSeconds(window.to - window.from)}`}
            {isCapacityStep(capacity, phase) && "; a step: the capacity decides"}
          </small>
        </th>
      </tr>
      {objectives.map((objective, index) =>
        objective.phase === phase ? <ObjectiveRow {...props} objective={objective} id={`objective-${index}`} /> : null,
      )}
    </tbody>
  );
}

interface ObjectiveRowProps extends Pick<ObjectivesSectionProps, "plan" | "noteOf"> {
  readonly verdict: Pick<GateVerdict, "reasons">;
  readonly objective: ObjectiveVerdict;
  readonly id: string;
}

function ObjectiveRow({ verdict: whole, plan, objective, noteOf, id }: ObjectiveRowProps) {
  const { verdict, title, slo, value, interval, countedBy, reason } = objective;
  const outcome = outcomeOf(objective, plan);
  return (
    <tr class={`row is-${verdict}`} role="row" data-verdict={verdict}>
      <td role="cell" class="verdict-cell">
        <VerdictMark verdict={verdict} />
      </td>
      <th scope="row" role="rowheader">
        <span class="name">{title}</span>
        <code class="note">{slo}</code>
      </th>
      <td role="cell" data-label="Promised">
        {promiseOf(objective, plan)}
      </td>
      <td role="cell" data-label="Seen">
        <b class="seen">{value === null ? "nothing" : formatShare(value)}</b>
        {interval !== null && (
          <span class="note">
            {formatShare(interval.low)} to {formatShare(interval.high)}
          </span>
        )}
        <span class="note">counted by {counterName(countedBy)}</span>
        {noteOf !== undefined && <span class="note">{noteOf(objective)}</span>}
      </td>
      <td role="cell" data-label="Seen against promised" class="bar-cell">
        <IntervalBar objective={objective} id={id} />
      </td>
      <td role="cell" data-label="Difference" class="outcome">
        {!isToldOfAll(objective, whole.reasons) && outcome.summary}
        {outcome.details !== null && <span class="details">{outcome.details}</span>}
        {notesOf(objective).map((note) => (
          <span class="note">{note}</span>
        ))}
        {verdict !== "pass" && (
          <span class="note">
            <code>{reason.code}</code>
          </span>
        )}
      </td>
    </tr>
  );
}

function phasesOf(objectives: readonly ObjectiveVerdict[]): readonly string[] {
  return [...new Set(objectives.map(({ phase }) => phase))];
}
