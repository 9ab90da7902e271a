/** What k6 gives to handleSummary, as far as it is read. */
interface SummaryData {
  readonly state: { readonly testRunDurationMs: number };
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
  readonly root_group: Group;
}

interface SummaryMetric {
  readonly type: string;
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

interface Group {
  readonly checks: readonly { readonly name: string; readonly path: string; passes: number; fails: number }[];
  readonly groups: readonly Group[];
}

type Files = Readonly<Record<string, unknown>>;
type HandleSummary = (data: unknown) => unknown;

/** Wraps a script's own handleSummary, if there is one: what the runner reads is written beside it to PROOFLOAD_SUMMARY, whatever the script's own does. */
export function wrapSummary(own: unknown): HandleSummary {
  return (data) => {
    const file = __ENV["PROOFLOAD_SUMMARY"];
    // Before the script's own, which might change the data.
    const ours: Files = file === undefined ? {} : { [file]: JSON.stringify(summarize(data as SummaryData)) };
    const merge = (files: unknown): Files | undefined => {
      const all = { ...(files as Files | undefined), ...ours };
      // With nothing at all, k6 shows its own summary.
      return Object.keys(all).length === 0 ? undefined : all;
    };
    try {
      const files = typeof own === "function" ? (own as HandleSummary)(data) : undefined;
      if (!(files instanceof Promise)) return merge(files);
      return files.then(merge, (error: unknown) => (tell(error), merge(undefined)));
    } catch (error) {
      tell(error);
      return merge(undefined);
    }
  };
}

function tell(error: unknown): void {
  const text = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
  console.error(`the scenario's handleSummary failed: ${text}`);
}

function summarize({ state, metrics, root_group: root }: SummaryData): object {
  return {
    schemaVersion: 1,
    runId: __ENV["PROOFLOAD_RUN_ID"] ?? null,
    scenario: __ENV["PROOFLOAD_SCENARIO"] ?? null,
    durationSeconds: state.testRunDurationMs / 1000,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, { type, values }]) => [name, { type, values }])),
    thresholds: Object.entries(metrics).flatMap(([metric, { type, values, thresholds = {} }]) =>
      Object.entries(thresholds).map(([expression, { ok }]) => ({
        metric,
        expression,
        ok,
        samples: samplesOf(type, values),
      })),
    ),
    checks: checksOf(root),
  };
}

/** The samples behind a threshold: k6 calls one without any met, so somebody has to know. */
function samplesOf(type: string, values: SummaryMetric["values"]): number {
  switch (type) {
    case "rate":
      return (values["passes"] ?? 0) + (values["fails"] ?? 0);
    case "gauge":
      // k6 does not count them, and all are 0 in a gauge that nobody set.
      return [values["value"], values["min"], values["max"]].some((value) => value !== undefined && value !== 0)
        ? 1
        : 0;
    default:
      return values["count"] ?? 0;
  }
}

function checksOf({ checks, groups }: Group): readonly object[] {
  return [
    ...checks.map(({ name, path, passes, fails }) => ({ name, path, passes, fails })),
    ...groups.flatMap(checksOf),
  ];
}
