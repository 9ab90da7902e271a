import type { ComponentChildren } from "preact";
import type { Window } from "../../lib/run/phase.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { countOf, formatOffset } from "../words/format.ts";
import { runTimes } from "../words/run-times.ts";
import { counterName } from "../words/verdict-words.ts";
import { VerdictIcon } from "./verdict-icon.tsx";

/** What was asked of Prometheus, word for word, and what it said beside the answer. */
export function QueriesSection({ record }: { readonly record: RunRecord }) {
  const { loadStart } = runTimes(record);
  return (
    <section id="queries" aria-labelledby="queries-title">
      <h2 id="queries-title">
        Queries <small>{record.evidence?.prometheus.url ?? ""}</small>
      </h2>
      {record.verdict.objectives.length === 0 ? (
        <p class="empty">Nothing was asked.</p>
      ) : (
        <div class="panel list">
          {record.verdict.objectives.map((objective) => (
            <ObjectiveQueries objective={objective} loadStart={loadStart} />
          ))}
        </div>
      )}
    </section>
  );
}

interface ObjectiveQueriesProps {
  readonly objective: ObjectiveVerdict;
  readonly loadStart: number | null;
}

function ObjectiveQueries({ objective, loadStart }: ObjectiveQueriesProps) {
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
      <p>{objective.reason.message}</p>
      {queries.map((query) => (
        <pre>
          <code>{query}</code>
        </pre>
      ))}
      <dl class="pairs">
        <Pair name="Window asked">{windowWords(objective.windowAsked, loadStart)}</Pair>
        <Pair name="Window covered">{windowWords(objective.windowCovered, loadStart)}</Pair>
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

function Pair({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function windowWords(window: Window | null, loadStart: number | null): string {
  return window === null ? "none" : `${formatOffset(window.from, loadStart)} to ${formatOffset(window.to, loadStart)}`;
}
