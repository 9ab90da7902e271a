import type { RunRecord } from "../../lib/run/record.ts";
import { thresholdTitle } from "../words/describe-threshold.ts";
import { markdownList, markdownTable } from "./markdown-table.ts";
import { code, short } from "./short-texts.ts";

const MOST_FAILURES = 10;

/** k6's own thresholds; empty without any. */
export function thresholdsTable({ evidence }: RunRecord, maxBytes: number): string {
  const thresholds = evidence?.load.thresholds ?? [];
  if (thresholds.length === 0) return "";
  const rows = thresholds.map((one) => [code(one.expression), code(one.metric), thresholdTitle(one)]);
  const table = markdownTable({ head: ["Threshold", "Of", "k6 says"], rows, maxBytes });
  return `### k6's own thresholds: evidence, no verdict\n\n${table}`;
}

/** The first failed requests that can be found in the traces; empty without any. */
export function failuresList({ evidence }: RunRecord, maxBytes: number): string {
  const failures = (evidence?.load.failures ?? []).slice(0, MOST_FAILURES);
  if (failures.length === 0) return "";
  const items = failures.map(
    ({ name, status, traceId }) => `${short(name)}: ${status === 0 ? "no answer" : status}, trace ${code(traceId)}`,
  );
  return `### Failed requests to look for in the traces\n\n${markdownList(items, maxBytes)}`;
}
