import type { RunRecord } from "../../lib/run/record.ts";
import type { CapacityStep } from "../../lib/run/verdict.ts";
import { capacityWords, stepTitle } from "../words/describe-capacity.ts";
import { formatCount, formatNumber, formatShare } from "../words/format.ts";
import { TableHead } from "./table-head.tsx";
import { VerdictIcon } from "./verdict-icon.tsx";

/** Up to which rate the service held, step by step; nothing in a run that did not look for it. */
export function CapacitySection({ record }: { readonly record: RunRecord }) {
  const { capacity } = record.verdict;
  if (capacity === null) return null;
  return (
    <section id="capacity" aria-labelledby="capacity-title">
      <h2 id="capacity-title">
        Capacity <small>{capacityWords(capacity)}</small>
      </h2>
      <div class="panel">
        <table class="stack" role="table">
          <TableHead names={["Verdict", "Step", "Iterations/s", "Finished", "Dropped", "CPU of k6", "Why"]} />
          <tbody role="rowgroup">
            {capacity.steps.map((step) => (
              <StepRow record={record} step={step} />
            ))}
          </tbody>
        </table>
        <p class="legend-line">
          {capacity.reason.message}. A step holds when every objective in it passed and its load was delivered by a
          healthy generator.
        </p>
      </div>
    </section>
  );
}

function StepRow({ record, step }: { readonly record: RunRecord; readonly step: CapacityStep }) {
  const { phase, rate, verdict, why } = step;
  const load = record.evidence?.load.phases.find((one) => one.phase === phase);
  return (
    <tr class={verdict === "fail" || verdict === "inconclusive" ? `row is-${verdict}` : "row"} role="row">
      <td role="cell" class="verdict-cell">
        {verdict === "not-reached" ? (
          <span class="muted">{stepTitle(verdict)}</span>
        ) : (
          <span class={`mark is-${verdict}`}>
            <VerdictIcon verdict={verdict} size={16} />
            {stepTitle(verdict)}
          </span>
        )}
      </td>
      <th scope="row" role="rowheader">
        {phase}
      </th>
      <td role="cell" data-label="Iterations/s">
        {formatNumber(rate)}
      </td>
      <td role="cell" data-label="Finished">
        {formatCount(load?.iterations ?? null)}
      </td>
      <td role="cell" data-label="Dropped">
        {formatCount(load?.droppedIterations ?? null)}
      </td>
      <td role="cell" data-label="CPU of k6">
        {formatShare(load?.cpuShare ?? null)}
      </td>
      <td role="cell" data-label="Why" class="wide">
        {why ?? ""}
      </td>
    </tr>
  );
}
