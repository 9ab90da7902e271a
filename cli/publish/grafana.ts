import type { Env } from "../../lib/env.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { FaultVerdict } from "../../lib/run/verdict.ts";
import { runTimes } from "../../reports/words/run-times.ts";
import { push } from "./push.ts";
import { readDestination } from "./read-destination.ts";

/** A region on every dashboard that asks for its tags; times are in milliseconds since the Unix epoch. */
export interface Annotation {
  readonly time: number;
  readonly timeEnd: number;
  readonly tags: readonly string[];
  readonly text: string;
}

/**
 * Marks runs and their faults at the Grafana of PROOFLOAD_GRAFANA_URL. Throws usage errors for its variables (exit code 2), `publish-failed` where an
 * annotation is not taken (exit code 4).
 */
export async function publishGrafana(
  env: Pick<Env, "vars" | "cwd" | "fetch">,
  records: readonly RunRecord[],
): Promise<void> {
  const destination = readDestination(env, "annotations", "PROOFLOAD_GRAFANA");
  const url = new URL(destination.url);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/annotations`;
  for (const annotation of records.flatMap(annotationsOf)) {
    await push(env, destination, {
      url,
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(annotation),
    });
  }
}

/** One for the run, one for each fault that was injected. */
export function annotationsOf(record: RunRecord): readonly Annotation[] {
  const { plan, verdict } = record;
  const { runStart, runEnd } = runTimes(record);
  const start = runStart ?? Date.parse(plan.createdAt) / 1000;
  const end = runEnd ?? start;
  const common = ["proofload", `service:${plan.service.name}`, `scenario:${plan.load.scenario}`];
  return [
    region(start, end, [...common, `verdict:${verdict.verdict}`], `${verdict.runId}: ${verdict.summary}`),
    ...verdict.faults.flatMap((fault) =>
      fault.injectedAt === null
        ? []
        : [
            region(
              fault.injectedAt,
              endOf(fault) ?? end,
              [...common, "fault", `kind:${fault.kind}`],
              `${verdict.runId}: ${fault.name} on ${fault.target}, ${provenWord(fault)}`,
            ),
          ],
    ),
  ];
}

function endOf({ recoveredAt, undoneAt }: FaultVerdict): number | null {
  return recoveredAt ?? undoneAt;
}

function provenWord({ proof }: FaultVerdict): string {
  return proof.kind === "proven" ? "its effect was measured" : "its effect was not proven";
}

function region(from: number, to: number, tags: readonly string[], text: string): Annotation {
  // Grafana shows the text as HTML.
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return { time: Math.round(from * 1000), timeEnd: Math.round(to * 1000), tags, text: escaped };
}
