import type { CheckEvidence, LoadEvidence, ThresholdEvidence } from "../../lib/run/evidence.ts";
import { thresholdTitle } from "../words/describe-threshold.ts";
import { formatCount } from "../words/format.ts";
import { TableHead } from "./table-head.tsx";

const MOST_FAILURES = 20;
const MOST_ROWS = 100;

/** What k6 itself said: its thresholds and checks, and the requests that failed and can be found in the service's traces. */
export function K6Evidence({ load }: { readonly load: LoadEvidence }) {
  return (
    <>
      {load.thresholds.length > 0 && <Thresholds thresholds={load.thresholds} />}
      {load.checks.length > 0 && <Checks checks={load.checks} />}
      {load.failures.length > 0 && <Failures failures={load.failures} />}
    </>
  );
}

function Thresholds({ thresholds }: { readonly thresholds: readonly ThresholdEvidence[] }) {
  return (
    <OwnTable
      title="k6’s own thresholds: evidence, no verdict"
      head={["Threshold", "Of", "k6 says"]}
      rows={thresholds.map((one) => [one.expression, one.metric, thresholdTitle(one)])}
    />
  );
}

function Checks({ checks }: { readonly checks: readonly CheckEvidence[] }) {
  return (
    <OwnTable
      title="k6’s checks: for people, no objective depends on them"
      head={["Check", "Passed", "Failed"]}
      rows={checks.map(({ name, passes, fails }) => [name, formatCount(passes), formatCount(fails)])}
    />
  );
}

function Failures({ failures }: { readonly failures: LoadEvidence["failures"] }) {
  return (
    <OwnTable
      title="Failed requests that were traced: look for these in the service’s traces"
      head={["Request", "Status", "Trace id"]}
      rows={failures.map(({ name, status, traceId }) => [name, status === 0 ? "no answer" : String(status), traceId])}
      most={MOST_FAILURES}
    />
  );
}

interface OwnTableProps {
  readonly title: string;
  readonly head: readonly [string, string, string];
  readonly rows: readonly (readonly [string, string, string])[];
  readonly most?: number;
}

function OwnTable({ title, head, rows, most = MOST_ROWS }: OwnTableProps) {
  const [, second, third] = head;
  return (
    <div class="panel own">
      <h3>{title}</h3>
      <table class="stack" role="table">
        <TableHead names={head} />
        <tbody role="rowgroup">
          {rows.slice(0, most).map(([name, left, right]) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                {name}
              </th>
              <td role="cell" data-label={second}>
                {left}
              </td>
              <td role="cell" data-label={third}>
                {right}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && <p class="legend-line">{formatCount(rows.length - most)} more are in evidence.json.</p>}
    </div>
  );
}
