import type { AlertVerdict, FaultVerdict, ProbeVerdict, RunVerdict, TimeTo } from "../../lib/run/verdict.ts";
import { timeToWords } from "../words/describe-times.ts";
import { TableHead } from "./table-head.tsx";
import { VerdictMark } from "./verdict-icon.tsx";

/** What became of the experiment's questions and alerts, and how long things took; nothing where it asks and tells nothing. */
export function HypothesisTables({ verdict }: { readonly verdict: RunVerdict }) {
  const { probes = [], alerts = [], faults } = verdict;
  const timed = faults.filter(({ times }) => times !== undefined && seenOf(times).some((time) => time !== null));
  return (
    <>
      {timed.length > 0 && <TimesTable faults={timed} />}
      {probes.length > 0 && <ProbesTable probes={probes} />}
      {alerts.length > 0 && <AlertsTable alerts={alerts} />}
    </>
  );
}

type Times = NonNullable<FaultVerdict["times"]>;

function seenOf({ toDetect, toMitigate, toRecover }: Times): readonly (TimeTo | null)[] {
  return [toDetect, toMitigate, toRecover];
}

const TIMES = ["To detect", "To mitigate", "To recover"];

function TimesTable({ faults }: { readonly faults: readonly FaultVerdict[] }) {
  return (
    <div class="panel">
      <table class="stack" role="table">
        <TableHead names={["Fault", ...TIMES]} />
        <tbody role="rowgroup">
          {faults.map(({ name, times }) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                <span class="name">{name}</span>
              </th>
              {(times === undefined ? [] : seenOf(times)).map((time, index) => (
                <td role="cell" data-label={TIMES[index]}>
                  {timeToWords(time)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ProbesTable({ probes }: { readonly probes: readonly ProbeVerdict[] }) {
  return (
    <div class="panel">
      <table class="stack" role="table">
        <TableHead names={["Hypothesis", "Asked", "Held", "Seen"]} />
        <tbody role="rowgroup">
          {probes.map(({ probe, when, group, verdict, asked, message }) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                <span class="name">{probe}</span>
              </th>
              <td role="cell" data-label="Asked">
                {group === null ? "before the first fault" : `${when} ${group}`}, {asked} ×
              </td>
              <td role="cell" data-label="Held">
                <VerdictMark verdict={verdict} />
              </td>
              <td role="cell" class="wide" data-label="Seen">
                {message}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlertsTable({ alerts }: { readonly alerts: readonly AlertVerdict[] }) {
  return (
    <div class="panel">
      <table class="stack" role="table">
        <TableHead names={["Alert", "It", "Did", "Seen"]} />
        <tbody role="rowgroup">
          {alerts.map(({ alert, expected, verdict, message }) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                <span class="name">{alert}</span>
              </th>
              <td role="cell" data-label="It">
                {expected ? "must fire" : "must not fire"}
              </td>
              <td role="cell" data-label="Did">
                <VerdictMark verdict={verdict} />
              </td>
              <td role="cell" class="wide" data-label="Seen">
                {message}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
