import { isRatio, mapQueries } from "../../gates/model/indicators.ts";
import { addMatchersToAll } from "../../gates/promql/expression.ts";
import type { Slo } from "../../gates/model/parse-slos.ts";
import { nearest } from "../../lib/config/nearest.ts";
import { usageError } from "../../lib/errors.ts";
import type { CheckPlan, ExperimentPlan, RatioIndicator } from "../../lib/run/plan.ts";

/** What the checks of an experiment refer to. */
export interface CheckContext {
  readonly slos: readonly Slo[];
  readonly serviceUrl: string;
  readonly runId: string;
}

type Checks = Pick<ExperimentPlan, "file" | "steadyState" | "abort">;

/** Fills in what an experiment's checks refer to: SLOs by name, paths of the service. Throws a usage error (exit code 2) for what is not there. */
export function completeChecks<T extends Checks>(experiment: T, context: CheckContext): T {
  const complete = <C extends { readonly name: string; readonly check: CheckPlan }>(one: C): C => ({
    ...one,
    check: completeCheck(one.check, context, `${experiment.file}: ${one.name}`),
  });
  return { ...experiment, steadyState: experiment.steadyState.map(complete), abort: experiment.abort.map(complete) };
}

function completeCheck(check: CheckPlan, { slos, serviceUrl, runId }: CheckContext, where: string): CheckPlan {
  if (check.kind === "promql") return check;
  if (check.kind === "http") return { ...check, url: new URL(check.url, serviceUrl).href };
  const slo = slos.find(({ name }) => name === check.slo);
  if (slo === undefined) {
    const close = nearest(
      check.slo,
      slos.map(({ name }) => name),
    );
    throw usageError(
      "unknown-slo",
      `${where}: no SLO '${check.slo}'`,
      close === undefined ? "Add it under gates/slo." : `Did you mean '${close}'?`,
    );
  }
  const target = check.target ?? slo.objectives[0]?.target ?? 1;
  // The caller counts whatever happens to the service.
  if (slo.caller !== null) return { ...check, target, counted: ofCaller(slo.caller, runId) };
  if (!isRatio(slo.indicator)) {
    throw usageError(
      "check-not-counted",
      `${where}: the SLO '${check.slo}' counts no events, so its share can't be asked`,
      "Ask its query by `promql`, or name an SLO with a ratioMetric of counters.",
    );
  }
  if (slo.indicatorCountedBy === "caller") return { ...check, target, counted: ofCaller(slo.indicator, runId) };
  return { ...check, target, counted: { countedBy: "service", indicator: slo.indicator } };
}

function ofCaller(indicator: RatioIndicator, runId: string): Extract<CheckPlan, { readonly kind: "slo" }>["counted"] {
  return {
    countedBy: "caller",
    indicator: mapQueries(indicator, (query) => addMatchersToAll(query, { testid: runId })),
  };
}
