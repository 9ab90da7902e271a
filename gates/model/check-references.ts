import type { ConfigProblem, YamlPath } from "../../lib/config/yaml.ts";
import type { AlertPolicySpec } from "./alerts.ts";
import { documentsOf, findDocument, noSuchDocument, problemIn } from "./documents.ts";
import type { Documents, Kind } from "./documents.ts";
import type { Metric, SliSpec } from "./sli.ts";

type Named = (path: YamlPath, kind: Kind, name: string) => void;

/** Every name by which a document refers to another one must be there; a data source must be a Prometheus. */
export function checkReferences(all: Documents["all"]): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const document of all) {
    const named: Named = (path, kind, name) => {
      const found = findDocument(all, kind, name);
      if (found === undefined) {
        problems.push(problemIn(document, path, noSuchDocument(all, kind, name)));
      } else if (found.value.kind === "DataSource" && found.value.spec.type !== "Prometheus") {
        const where = `${found.file}:${found.lineOf(["spec", "type"])}`;
        const message = `expected a DataSource of type Prometheus; '${name}' is of another (${where})`;
        problems.push(problemIn(document, path, message));
      }
    };
    const { value } = document;
    switch (value.kind) {
      case "SLI":
        namedBySli(value.spec, ["spec"], named);
        break;
      case "AlertPolicy":
        namedByPolicy(value.spec, ["spec"], named);
        break;
      case "SLO": {
        const { indicator, indicatorRef, alertPolicies = [], service } = value.spec;
        if (indicator !== undefined) namedBySli(indicator.spec, ["spec", "indicator", "spec"], named);
        if (indicatorRef !== undefined) named(["spec", "indicatorRef"], "SLI", indicatorRef);
        // Services need no documents; where there are some, a name that is none of theirs is a typo.
        if (documentsOf(all, "Service").length > 0) named(["spec", "service"], "Service", service);
        for (const [index, policy] of alertPolicies.entries()) {
          const path = ["spec", "alertPolicies", index];
          if ("alertPolicyRef" in policy) named([...path, "alertPolicyRef"], "AlertPolicy", policy.alertPolicyRef);
          else namedByPolicy(policy.spec, [...path, "spec"], named);
        }
        break;
      }
      case "AlertCondition":
      case "AlertNotificationTarget":
      case "DataSource":
      case "Service":
    }
  }
  return problems;
}

function namedByPolicy({ conditions, notificationTargets }: AlertPolicySpec, path: YamlPath, named: Named): void {
  for (const [index, one] of conditions.entries()) {
    if ("conditionRef" in one)
      named([...path, "conditions", index, "conditionRef"], "AlertCondition", one.conditionRef);
  }
  for (const [index, one] of notificationTargets.entries()) {
    if ("targetRef" in one)
      named([...path, "notificationTargets", index, "targetRef"], "AlertNotificationTarget", one.targetRef);
  }
}

function namedBySli({ thresholdMetric, ratioMetric }: SliSpec, path: YamlPath, named: Named): void {
  const look = (metric: Metric | undefined, ...keys: string[]): void => {
    const name = metric?.metricSource.metricSourceRef;
    if (name !== undefined) named([...path, ...keys, "metricSource", "metricSourceRef"], "DataSource", name);
  };
  look(thresholdMetric, "thresholdMetric");
  for (const key of ["good", "bad", "total", "raw"] as const) look(ratioMetric?.[key], "ratioMetric", key);
}
