import type { RunRecord } from "../../lib/run/record.ts";

/** What this run's record lacks, one sentence each: a report says so where it shows less. */
export function missingParts({ events, evidence, verdict }: RunRecord): readonly string[] {
  const cut = events.find((event) => event.type === "cut-short");
  return [
    ...(cut === undefined ? [] : [`The run was cut short (${cut.cause}): what comes after is missing.`]),
    ...(events.length === 0 ? ["No events were recorded: when things happened is not known."] : []),
    ...(evidence === null
      ? ["No evidence was collected: there are no charts, and the versions of the tools are not known."]
      : []),
    ...(evidence !== null && !evidence.prometheus.reachable
      ? [`Prometheus did not answer when evidence was collected${reasonOf(evidence.prometheus.error)}.`]
      : []),
    ...(verdict.phases.length === 0 ? ["No phase was reached."] : []),
  ];
}

function reasonOf(error: string | null): string {
  return error === null ? "" : `: ${error}`;
}
