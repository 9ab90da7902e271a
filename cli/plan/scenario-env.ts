import { nearest } from "../../lib/config/nearest.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";
import type { LoadOverrides } from "../../lib/run/load.ts";

const TRACE_SHARE = 0.1;
/** Variables of a scenario are in k6's environment, from which k6 and its outputs read settings, too. */
const OWNERS = [
  { prefix: "PROOFLOAD_", what: "proofload's own variables" },
  { prefix: "K6_", what: "k6's own settings, which proofload makes" },
  { prefix: "OTEL_", what: "the settings of k6's OpenTelemetry output, which proofload makes" },
];

/** What a user asked of a scenario's load, on the command line. */
export interface LoadRequest {
  readonly scenario: string;
  readonly overrides: LoadOverrides;
  /** Share of the requests that carry a traceparent; null: as the project says. */
  readonly traceShare: number | null;
}

/** The command line's changes to a scenario's shape before those of proofload.yaml; both may scale. */
export function chooseOverrides(project: Project, { scenario, overrides }: LoadRequest): LoadOverrides {
  const { load } = project.spec;
  const own = load.scenarios[scenario];
  return {
    rate: overrides.rate ?? own?.rate ?? null,
    durationSeconds: overrides.durationSeconds ?? own?.duration ?? null,
    scale: overrides.scale ?? load.scale ?? null,
  };
}

/** The variables that a scenario reads from `__ENV`, the same when k6 inspects it and when it runs it. */
export function scenarioEnv(project: Project, request: LoadRequest, runId: string): Readonly<Record<string, string>> {
  const { load, service } = project.spec;
  const { rate, durationSeconds, scale } = chooseOverrides(project, request);
  const optional = { PROOFLOAD_RATE: rate, PROOFLOAD_DURATION: durationSeconds, PROOFLOAD_SCALE: scale };
  for (const name of Object.keys(load.env)) {
    const owner = OWNERS.find(({ prefix }) => name.toUpperCase().startsWith(prefix));
    if (owner === undefined) continue;
    throw usageError(
      "invalid-config",
      `proofload.yaml: spec.load.env: '${name}' is one of ${owner.what}`,
      "Give the scenario's variable another name.",
    );
  }
  return {
    ...load.env,
    PROOFLOAD_SCENARIO: request.scenario,
    PROOFLOAD_RUN_ID: runId,
    PROOFLOAD_TARGET_URL: service.url,
    PROOFLOAD_TRACE_SHARE: String(request.traceShare ?? load.traceShare ?? TRACE_SHARE),
    ...Object.fromEntries(
      Object.entries(optional).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
    ),
  };
}

/** Every scenario that proofload.yaml changes must be there, or the change would never be seen. */
export function checkScenarioNames(project: Project, known: readonly string[]): void {
  for (const name of Object.keys(project.spec.load.scenarios)) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    throw usageError(
      "invalid-config",
      `proofload.yaml: spec.load.scenarios.${name}: there is no scenario '${name}'`,
      close === undefined ? `Known are: ${known.join(", ") || "none"}.` : `Did you mean '${close}'?`,
    );
  }
}
