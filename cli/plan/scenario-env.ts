import { nearest } from "../../lib/config/nearest.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";
import type { LoadOverrides } from "../../lib/run/load.ts";

const TRACE_SHARE = 0.1;
const OURS = "PROOFLOAD_";

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
  const reserved = Object.keys(load.env).find((name) => name.startsWith(OURS));
  if (reserved !== undefined) {
    throw usageError(
      "invalid-config",
      `proofload.yaml: spec.load.env: '${reserved}' is one of proofload's own variables`,
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
