import type {
  AlertVerdict,
  FaultVerdict,
  ProbeVerdict,
  RunVerdict,
  TimeTo,
  VerdictWord,
} from "../../lib/run/verdict.ts";
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
      {probes.length > 0 && <SeenTable names={["Hypothesis", "Asked", "Held"]} rows={probes.map(probeRow)} />}
      {alerts.length > 0 && <SeenTable names={["Alert", "It", "Did"]} rows={alerts.map(alertRow)} />}
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

/** What was asked or watched, how that went, and what was seen. */
interface Row {
  readonly name: string;
  readonly what: string;
  readonly verdict: VerdictWord;
  readonly message: string;
}

function SeenTable({
  names,
  rows,
}: {
  readonly names: readonly [string, string, string];
  readonly rows: readonly Row[];
}) {
  const [, what, did] = names;
  return (
    <div class="panel">
      <table class="stack" role="table">
        <TableHead names={[...names, "Seen"]} />
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                <span class="name">{row.name}</span>
              </th>
              <td role="cell" data-label={what}>
                {row.what}
              </td>
              <td role="cell" data-label={did}>
                <VerdictMark verdict={row.verdict} />
              </td>
              <td role="cell" class="wide" data-label="Seen">
                {row.message}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function probeRow({ probe, when, group, verdict, asked, message }: ProbeVerdict): Row {
  const time = group === null ? "before the first fault" : `${when} ${group}`;
  return { name: probe, what: `${time}, ${asked} ×`, verdict, message };
}

function alertRow({ alert, expected, verdict, message }: AlertVerdict): Row {
  return { name: alert, what: expected ? "must fire" : "must not fire", verdict, message };
}
