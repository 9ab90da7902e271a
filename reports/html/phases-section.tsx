import { isJudgedPhase } from "../../lib/run/phase.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { formatOffset, formatSeconds, formatUtc } from "../words/format.ts";
import { runTimes } from "../words/run-times.ts";
import { worstVerdict } from "../words/verdict-words.ts";
import { TableHead } from "./table-head.tsx";
import { VerdictMark } from "./verdict-icon.tsx";

/** The phases as they really were, beside what was planned. */
export function PhasesSection({ record }: { readonly record: RunRecord }) {
  const { phases, objectives } = record.verdict;
  const { loadStart } = runTimes(record);
  return (
    <section id="phases" aria-labelledby="phases-title">
      <h2 id="phases-title">Phases</h2>
      {phases.length === 0 ? (
        <p class="empty">No phase was reached.</p>
      ) : (
        <div class="panel">
          <table class="stack" role="table">
            <TableHead names={["Phase", "From", "To", "Length", "Began (UTC)", "Verdict"]} />
            <tbody role="rowgroup">
              {phases.map(({ phase, from, to }) => {
                const worst = worstVerdict(objectives.filter((o) => o.phase === phase).map(({ verdict }) => verdict));
                return (
                  <tr role="row">
                    <th scope="row" role="rowheader">
                      {phase}
                    </th>
                    <td role="cell" data-label="From">
                      {formatOffset(from, loadStart)}
                    </td>
                    <td role="cell" data-label="To">
                      {formatOffset(to, loadStart)}
                    </td>
                    <td role="cell" data-label="Length">
                      {formatSeconds(to - from)}
                    </td>
                    <td role="cell" data-label="Began (UTC)">
                      {formatUtc(from)}
                    </td>
                    <td role="cell" data-label="Verdict">
                      {worst !== null ? (
                        <VerdictMark verdict={worst} />
                      ) : (
                        <span class="muted">{isJudgedPhase(phase) ? "no objective" : "never judged"}</span>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
