import type { Window } from "../../lib/run/phase.ts";
import type { GateVerdict, ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { isToldOfAll } from "../words/describe-objective.ts";
import { countOf } from "../words/format.ts";
import { counterName } from "../words/verdict-words.ts";
import { Pair } from "./pairs.tsx";
import { VerdictIcon } from "./verdict-icon.tsx";

export interface QueriesSectionProps {
  readonly verdict: Pick<GateVerdict, "objectives" | "reasons">;
  /** Where Prometheus answers; null where nobody knows. */
  readonly url: string | null;
  /** A moment (Unix seconds) in words. */
  readonly momentWords: (at: number) => string;
}

/** What was asked of Prometheus, word for word, and what it said beside the answer. */
export function QueriesSection({ verdict, url, momentWords }: QueriesSectionProps) {
  const { objectives, reasons } = verdict;
  return (
    <section id="queries" aria-labelledby="queries-title">
      <h2 id="queries-title">
        Queries <small>{url ?? ""}</small>
      </h2>
      {objectives.length === 0 ? (
        <p class="empty">Nothing was asked.</p>
      ) : (
        <div class="panel list">
          {objectives.map((objective) => (
            <ObjectiveQueries objective={objective} told={isToldOfAll(objective, reasons)} momentWords={momentWords} />
          ))}
        </div>
      )}
    </section>
  );
}

interface ObjectiveQueriesProps extends Pick<QueriesSectionProps, "momentWords"> {
  readonly objective: ObjectiveVerdict;
  /** Whether its reason stands among those of the whole verdict. */
  readonly told: boolean;
}

function ObjectiveQueries({ objective, told, momentWords }: ObjectiveQueriesProps) {
  const { slo, phase, verdict, queries, warnings, infos, excused, source } = objective;
  const odd = warnings.length + infos.length;
  return (
    <details open={odd > 0}>
      <summary>
        <VerdictIcon verdict={verdict} size={14} /> {slo} in {phase}
        <span class="muted">
          {" "}
          {countOf(queries.length, "query", "queries")}
          {odd > 0 && `, ${countOf(odd, "message")} by Prometheus`}
          {excused.length > 0 && `, ${excused.length} excused`}
        </span>
      </summary>
      {!told && <p>{objective.reason.message}</p>}
      {queries.map((query) => (
        <pre>
          <code>{query}</code>
        </pre>
      ))}
      <dl class="pairs">
        <Pair name="Window asked">{windowWords(objective.windowAsked, momentWords)}</Pair>
        <Pair name="Window covered">{windowWords(objective.windowCovered, momentWords)}</Pair>
        <Pair name="Counted by">{counterName(objective.countedBy)}</Pair>
        <Pair name="Seen">
          {countOf(objective.seriesSeen, "time series", "time series")} of{" "}
          {objective.instancesSeen.length === 0 ? "no instance" : objective.instancesSeen.join(", ")}
        </Pair>
        <Pair name="Defined in">
          {source.file}:{source.line}
        </Pair>
        {warnings.length > 0 && <Pair name="Warnings">{warnings.join("; ")}</Pair>}
        {infos.length > 0 && <Pair name="Infos">{infos.join("; ")}</Pair>}
        {excused.length > 0 && <Pair name="Excused">{excused.join("; ")}</Pair>}
      </dl>
    </details>
  );
}

function windowWords(window: Window | null, momentWords: QueriesSectionProps["momentWords"]): string {
  return window === null ? "none" : `${momentWords(window.from)} to ${momentWords(window.to)}`;
}
