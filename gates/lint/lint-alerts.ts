import type { YamlDocument, YamlPath } from "../../lib/config/yaml.ts";
import { formatShare } from "../format.ts";
import type { AlertConditionSpec, AlertPolicySpec } from "../model/alerts.ts";
import { documentsOf, findDocument } from "../model/documents.ts";
import type { Documents } from "../model/documents.ts";
import { targetOf } from "../model/target-of.ts";
import type { OpenSlo } from "../model/openslo.ts";
import { findingIn } from "./finding.ts";
import type { SloFinding } from "./finding.ts";

/** A condition of an alert policy, where it stands. */
interface PlacedCondition {
  readonly document: YamlDocument<OpenSlo>;
  readonly path: YamlPath;
  readonly spec: AlertConditionSpec;
}

/**
 * Burn rates that no service can reach: where all events are bad, the budget of 1 - target burns 1 / (1 - target) times as fast as
 * it may. A threshold above that never fires.
 */
export function lintAlerts(all: Documents["all"]): readonly SloFinding[] {
  return documentsOf(all, "SLO").flatMap((slo) => {
    const { metadata, spec } = slo.value;
    const conditions = (spec.alertPolicies ?? []).flatMap((policy, index) => {
      const path = ["spec", "alertPolicies", index, "spec"];
      if (!("alertPolicyRef" in policy)) return conditionsOf(slo, policy.spec, path, all);
      const found = findDocument(all, "AlertPolicy", policy.alertPolicyRef);
      return found === undefined ? [] : conditionsOf(found, found.value.spec, ["spec"], all);
    });
    return conditions.flatMap(({ document, path, spec: { condition } }) => {
      const { op, threshold } = condition;
      const never = spec.objectives.map(targetOf).filter((target) => {
        const reached = threshold * (1 - target);
        return (op === "gt" && reached >= 1 - HAIR) || (op === "gte" && reached > 1 + HAIR);
      });
      const [target] = never;
      if (target === undefined) return [];
      const most = Number((1 / (1 - target)).toPrecision(3));
      return findingIn(document, [...path, "condition", "threshold"], {
        level: "error",
        code: "alert-never-fires",
        message: `a burn rate of ${threshold} can't be reached: where all events are bad, ${formatShare(target)} of '${metadata.name}' burns at ${most}`,
        cure: `Ask for less than ${most}, or promise more.`,
      });
    });
  });
}

/** Rounding of 1 - 0.9. */
const HAIR = 1e-9;

function conditionsOf(
  document: YamlDocument<OpenSlo>,
  { conditions }: AlertPolicySpec,
  path: YamlPath,
  all: Documents["all"],
): readonly PlacedCondition[] {
  return conditions.flatMap((one, index): readonly PlacedCondition[] => {
    if (!("conditionRef" in one)) return [{ document, path: [...path, "conditions", index, "spec"], spec: one.spec }];
    const found = findDocument(all, "AlertCondition", one.conditionRef);
    return found === undefined ? [] : [{ document: found, path: ["spec"], spec: found.value.spec }];
  });
}
