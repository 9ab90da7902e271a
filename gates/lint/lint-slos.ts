import { formatPath } from "../../lib/config/yaml.ts";
import type { SloReading } from "../model/parse-slos.ts";
import type { SloFinding } from "./finding.ts";
import { lintAlerts } from "./lint-alerts.ts";
import { lintHidden } from "./lint-hidden.ts";
import { lintLabels } from "./lint-labels.ts";

/** Everything that can be said of SLOs by looking at their files alone. */
export function lintSlos(reading: SloReading): readonly SloFinding[] {
  const problems = reading.problems.map(({ file, line, path, message }): SloFinding => {
    const where = path.length === 0 ? "" : `${formatPath(path)}: `;
    return { file, line, level: "error", code: "invalid", message: `${where}${message}`, cure: null };
  });
  return [...problems, ...lintAlerts(reading.all), ...lintLabels(reading.all), ...lintHidden(reading.slos)];
}
