import { bucketEdgeOf, edgeCure } from "../../gates/promql/bucket-edge.ts";
import { withAnySpelling } from "../../gates/promql/edge-spelling.ts";
import { checkParts } from "../../gates/counters/check-parts.ts";
import { findingIn } from "../../gates/lint/finding.ts";
import type { SloFinding } from "../../gates/lint/finding.ts";
import { documentsOf } from "../../gates/model/documents.ts";
import type { DocumentOf } from "../../gates/model/documents.ts";
import { placedQueries } from "../../gates/model/placed-queries.ts";
import type { PlacedQuery } from "../../gates/model/placed-queries.ts";
import { noPrometheusWords } from "../../gates/no-prometheus.ts";
import type { SloReading } from "../../gates/model/parse-slos.ts";
import { readExpression } from "../../gates/promql/expression.ts";
import { lengthOf } from "../../gates/model/length-of.ts";
import { ProofloadError } from "../../lib/errors.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { QueryOutcome } from "../../lib/run/evidence.ts";
import type { OpenedPrometheus } from "../gate/open-prometheus.ts";
import { readRetention } from "./read-retention.ts";

type Ask = (query: string) => Promise<QueryOutcome>;

const NOTHING_CURE =
  "Check the metric's name and labels, and that the service is up and scraped; `curl` its metrics page shows both.";

/** Holds SLOs against what a Prometheus has now; one that does not answer is an error (exit code 4). */
export async function askPrometheus(
  { client, access, env }: OpenedPrometheus,
  reading: Pick<SloReading, "all">,
): Promise<readonly SloFinding[]> {
  if ((await client.identify()) === null) throw await away(client);
  const ask = rememberAnswers(client);
  const findings: SloFinding[] = [];
  for (const placed of placedQueries(reading.all)) {
    // What k6 pushes is there in a run only.
    if (ofK6(placed.query)) continue;
    findings.push(...(placed.counter ? await lookAtCounter(ask, placed) : await lookAtValue(ask, placed)));
  }
  return [...findings, ...lookAtRetention(await readRetention(env, client.url, access.headers), reading)];
}

/** Each query is asked once; a Prometheus that goes away in the middle is an error, too. */
function rememberAnswers(client: PrometheusClient): Ask {
  const asked = new Map<string, Promise<QueryOutcome>>();
  return async (query) => {
    const known = asked.get(query) ?? client.query(withAnySpelling(query));
    asked.set(query, known);
    const outcome = await known;
    if (outcome.kind === "unreachable" || outcome.kind === "denied") throw notUsable(client.url, outcome.message);
    return outcome;
  };
}

async function lookAtCounter(ask: Ask, placed: PlacedQuery): Promise<readonly SloFinding[]> {
  const { query, partOf } = placed;
  const own = await ask(query);
  if (own.kind !== "ok") return [refused(placed, own.message)];
  const edge = await lookAtEdge(ask, placed);
  if (edge !== null) return [edge];
  if (own.series.length > 0) return [];
  const total = partOf === null ? null : await ask(partOf.total);
  if (total === null || partOf === null) return [nothing(placed, `${query} matches no series`)];
  // The total's own absence is told at the total.
  if (total.kind !== "ok" || total.series.length === 0) return [];
  const { kind, total: totalQuery } = partOf;
  const checked = checkParts({ kind, partQuery: query, part: [], totalQuery, total: total.series });
  return checked.ok ? [] : [nothing(placed, checked.reason.message)];
}

/** A latency's threshold must be an edge of the histogram's buckets. */
async function lookAtEdge(ask: Ask, placed: PlacedQuery): Promise<SloFinding | null> {
  const wanted = bucketEdgeOf(placed.query);
  if (wanted === null) return null;
  const outcome = await ask(`count by (le) ({__name__=${JSON.stringify(wanted.metric)}})`);
  if (outcome.kind !== "ok") return refused(placed, outcome.message);
  const edges = outcome.series.map(({ labels }) => Number(labels["le"]?.replace("+Inf", "Infinity")));
  if (edges.length === 0 || edges.includes(Number(wanted.edge))) return null;
  return findingIn(placed.document, placed.path, {
    level: "error",
    code: "no-bucket-edge",
    message: `le="${wanted.edge}" is no bucket edge of ${wanted.metric}`,
    cure: edgeCure(edges, wanted.edge),
  });
}

async function lookAtValue(ask: Ask, placed: PlacedQuery): Promise<readonly SloFinding[]> {
  const { query, document, path } = placed;
  const value = await ask(query);
  if (value.kind !== "ok") return [refused(placed, value.message)];
  if (value.series.length > 1) {
    return [
      findingIn(document, path, {
        level: "error",
        code: "several-series",
        message: `${query} has ${value.series.length} series where one value is judged`,
        cure: "Aggregate it, with sum() or max() for one.",
      }),
    ];
  }
  const reading = readExpression(query);
  const selectors = reading.kind === "expression" ? reading.expression.selectors : [];
  for (const { text } of selectors) {
    const outcome = await ask(text);
    if (outcome.kind === "ok" && outcome.series.length === 0) return [nothing(placed, `${text} matches no series`)];
  }
  return value.series.length === 0 ? [nothing(placed, `${query} has no value`)] : [];
}

/** Names beyond these are counted. */
const NAMED_AT_MOST = 8;

/** A warning for each length of a time window that Prometheus does not keep, at the first SLO that has it, with the names of all. */
function lookAtRetention(
  retention: Awaited<ReturnType<typeof readRetention>>,
  { all }: Pick<SloReading, "all">,
): readonly SloFinding[] {
  if (retention === null) return [];
  const byWindow = new Map<string, DocumentOf<"SLO">[]>();
  for (const document of documentsOf(all, "SLO")) {
    const duration = document.value.spec.timeWindow[0]?.duration ?? "";
    if ((lengthOf(duration) ?? 0) <= retention.seconds) continue;
    byWindow.set(duration, [...(byWindow.get(duration) ?? []), document]);
  }
  return [...byWindow].flatMap(([duration, documents]) =>
    documents.slice(0, 1).map((first) =>
      findingIn(first, ["spec", "timeWindow", 0, "duration"], {
        level: "warning",
        code: "short-retention",
        message:
          `Prometheus keeps ${retention.text}, which is shorter than ${duration}: ` +
          `no budget of that long can be seen (${namesOf(documents)})`,
        cure: `Start it with --storage.tsdb.retention.time=${toDays(duration)} or more, or promise for a shorter window.`,
      }),
    ),
  );
}

function namesOf(documents: readonly DocumentOf<"SLO">[]): string {
  const names = documents.map(({ value }) => value.metadata.name);
  const more = names.length - NAMED_AT_MOST;
  return more > 0 ? `${names.slice(0, NAMED_AT_MOST).join(", ")} and ${more} more` : names.join(", ");
}

function toDays(duration: string): string {
  return `${Math.ceil((lengthOf(duration) ?? 0) / 86_400)}d`;
}

function ofK6(query: string): boolean {
  const reading = readExpression(query);
  return (
    reading.kind === "expression" &&
    reading.expression.selectors.some(({ selector }) => selector.metric.startsWith("k6_"))
  );
}

function refused({ document, path }: PlacedQuery, message: string): SloFinding {
  return findingIn(document, path, {
    level: "error",
    code: "query-refused",
    message,
    cure: "Try the query in Prometheus.",
  });
}

function nothing({ document, path }: PlacedQuery, message: string): SloFinding {
  return findingIn(document, path, { level: "error", code: "matches-nothing", message, cure: NOTHING_CURE });
}

/** Why there is no Prometheus, by how a query fares: away, not for us, or something else. */
async function away(client: PrometheusClient): Promise<ProofloadError> {
  const outcome = await client.query("vector(1)");
  return notUsable(client.url, outcome.kind === "ok" ? "it does not say which version it is" : outcome.message);
}

function notUsable(url: string, why: string): ProofloadError {
  return new ProofloadError({
    code: "prometheus-unreachable",
    message: noPrometheusWords(url, why),
    hint: "Check --prometheus, its path prefix and the credentials; without it the files alone are checked.",
    exitCode: 4,
  });
}
