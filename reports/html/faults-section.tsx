import type { FaultPlan } from "../../lib/run/plan.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { FaultProof, FaultVerdict } from "../../lib/run/verdict.ts";
import { formatOffset, formatQuantity } from "../words/format.ts";
import { runTimes } from "../words/run-times.ts";
import { HypothesisTables } from "./hypothesis-tables.tsx";
import { TableHead } from "./table-head.tsx";
import { VerdictIcon } from "./verdict-icon.tsx";

/** What was broken on purpose: what was asked, what was measured, and when it was over. */
export function FaultsSection({ record }: { readonly record: RunRecord }) {
  const { faults } = record.verdict;
  const { experiment } = record.plan;
  const { loadStart } = runTimes(record);
  return (
    <section id="faults" aria-labelledby="faults-title">
      <h2 id="faults-title">
        Faults <small>{experiment?.title ?? ""}</small>
      </h2>
      {experiment !== null && <p class="hypothesis">Hypothesis: {experiment.hypothesis}</p>}
      {faults.length === 0 ? (
        <p class="empty">No fault was planned.</p>
      ) : (
        <div class="panel">
          <table class="stack" role="table">
            <TableHead names={["Fault", "Had an effect", "Injected", "Undone", "Recovered", "Was undone"]} />
            <tbody role="rowgroup">
              {faults.map((fault) => (
                <FaultRow
                  fault={fault}
                  nature={experiment?.faults.find(({ name }) => name === fault.name)?.nature}
                  loadStart={loadStart}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <HypothesisTables verdict={record.verdict} />
    </section>
  );
}

interface FaultRowProps {
  readonly fault: FaultVerdict;
  readonly nature: FaultPlan["nature"] | undefined;
  readonly loadStart: number | null;
}

function FaultRow({ fault, nature, loadStart }: FaultRowProps) {
  const { name, kind, target, injectedAt, undoneAt, recoveredAt, proof, undoProof } = fault;
  // A kill ends by itself: there is nothing to undo, only a return to see.
  const instant = nature === "instant";
  const times = [
    ["Injected", injectedAt],
    ["Undone", instant ? null : undoneAt],
    ["Recovered", recoveredAt],
  ] as const;
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <span class="name">{name}</span>
        <span class="note">
          {kind} on {target}
        </span>
      </th>
      <td role="cell" class="wide" data-label="Had an effect">
        <Proof proof={proof} />
      </td>
      {times.map(([label, at]) => (
        <td role="cell" data-label={label}>
          {instant && label === "Undone" ? "by itself" : at === null ? "never" : formatOffset(at, loadStart)}
        </td>
      ))}
      <td role="cell" class="wide" data-label="Was undone">
        <Proof proof={undoProof} />
      </td>
    </tr>
  );
}

function Proof({ proof }: { readonly proof: FaultProof }) {
  const measurement = proof.kind === "not-reached" ? null : proof.measurement;
  return (
    <div class="proof">
      <span class={`mark is-${proof.kind === "proven" ? "pass" : "inconclusive"}`}>
        <VerdictIcon verdict={proof.kind === "proven" ? "pass" : "inconclusive"} size={16} />
        {proof.kind === "proven" ? "Proven" : proof.kind === "unproven" ? "Not proven" : "Not reached"}
      </span>
      {proof.kind === "unproven" && <span class="note">{proof.message}</span>}
      {measurement !== null && (
        <>
          <span class="note">{measurement.what}</span>
          <dl class="steps">
            {[
              ["before", measurement.before] as const,
              ["asked", measurement.asked] as const,
              ["measured", measurement.measured] as const,
            ].map(([step, value]) =>
              value === null ? null : (
                <div>
                  <dt>{step}</dt>
                  <dd>{formatQuantity(value, measurement.unit)}</dd>
                </div>
              ),
            )}
          </dl>
        </>
      )}
    </div>
  );
}
