import { loadWords } from "../../lib/run/load.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { countOf, formatCount } from "../words/format.ts";
import { loadChecks } from "../words/load-checks.ts";
import { K6Evidence } from "./k6-evidence.tsx";
import { ReasonItem } from "./reason-item.tsx";
import { TableHead } from "./table-head.tsx";
import { VerdictIcon } from "./verdict-icon.tsx";

/** What was offered, and whether the generator was healthy enough to be believed. */
export function LoadSection({ record }: { readonly record: RunRecord }) {
  const { plan, evidence, verdict } = record;
  const { load } = plan;
  return (
    <section id="load" aria-labelledby="load-title">
      <h2 id="load-title">
        Load{" "}
        <small>
          {load.executor}, {loadWords(load)}, {load.file}
        </small>
      </h2>
      <div class="panel">
        <table class="stack" role="table">
          <TableHead names={["Check", "What", "Seen", "Limit"]} />
          <tbody role="rowgroup">
            {loadChecks(record).map(({ name, seen, limit, held }) => (
              <tr role="row">
                <td role="cell" class="verdict-cell">
                  <HeldMark held={held} />
                </td>
                <th scope="row" role="rowheader">
                  {name}
                </th>
                <td role="cell" data-label="Seen" class="wide">
                  {seen}
                </td>
                <td role="cell" data-label="Limit" class="wide">
                  {limit}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {evidence !== null && (
          <p class="legend-line">
            k6 exit code {evidence.load.k6ExitCode ?? "unknown"}, up to {formatCount(evidence.load.vusPeak)} VUs busy at
            once, {formatCount(evidence.load.requests)} requests, of which {formatCount(evidence.load.failedRequests)}{" "}
            failed, on {countOf(evidence.load.machine.cores, "core")}.
            {verdict.capacity !== null && " Delivery, CPU and start lag are those of the steps that held."}
            {load.constantMemory && " k6 kept no numbers of its own: Prometheus has them."}
          </p>
        )}
      </div>
      {evidence !== null && <K6Evidence load={evidence.load} />}
      {verdict.load.reasons.length > 0 && (
        <ul class="reasons">
          {verdict.load.reasons.map((reason) => (
            <ReasonItem reason={reason} />
          ))}
        </ul>
      )}
    </section>
  );
}

function HeldMark({ held }: { readonly held: boolean | null }) {
  const verdict = held === true ? "pass" : "inconclusive";
  return (
    <span class={`mark is-${verdict}`}>
      <VerdictIcon verdict={verdict} size={16} />
      {held === null ? "Unknown" : held ? "Held" : "Not held"}
    </span>
  );
}
