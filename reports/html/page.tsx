import type { RunRecord } from "../../lib/run/record.ts";
import { clip } from "../words/format.ts";
import { missingParts } from "../words/missing-parts.ts";
import { verdictTitle } from "../words/verdict-words.ts";
import { CapacitySection } from "./capacity-section.tsx";
import { ChartsSection } from "./charts/charts-section.tsx";
import { CROSSHAIR_SCRIPT, CROSSHAIR_SCRIPT_SHA256 } from "./charts/crosshair-script.ts";
import { EventsSection } from "./events-section.tsx";
import { FaultsSection } from "./faults-section.tsx";
import { LeftBehind } from "./left-behind.tsx";
import { LoadSection } from "./load-section.tsx";
import { ObjectivesSection } from "./objectives-section.tsx";
import { PhasesSection } from "./phases-section.tsx";
import { QueriesSection } from "./queries-section.tsx";
import { ReasonsSection } from "./reasons-section.tsx";
import { ReproduceSection } from "./reproduce-section.tsx";
import { STYLES } from "./styles/styles.ts";
import { ToolsSection } from "./tools-section.tsx";
import { VerdictHeader } from "./verdict-header.tsx";
import { verdictIconUrl } from "./verdict-icon.tsx";

const POLICY = [
  "default-src 'none'",
  "img-src data:",
  "style-src 'unsafe-inline'",
  `script-src '${CROSSHAIR_SCRIPT_SHA256}'`,
].join("; ");

const SECTIONS = [
  ["objectives", "Objectives"],
  ["charts", "Charts"],
  ["faults", "Faults"],
  ["load", "Load"],
  ["reasons", "Reasons"],
  ["phases", "Phases"],
  ["queries", "Queries"],
  ["reproduce", "Reproduce"],
] as const;

/** The whole document. */
export function Page({ record }: { readonly record: RunRecord }) {
  const { plan, verdict } = record;
  const missing = missingParts(record);
  const title = `${verdictTitle(verdict.verdict)} · ${clip(plan.service.name, 60)} · ${clip(plan.load.scenario, 60)} · ${clip(verdict.runId, 60)}`;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={verdictIconUrl(verdict.verdict)} />
        <style dangerouslySetInnerHTML={{ __html: STYLES }} />
      </head>
      <body>
        <VerdictHeader record={record} />
        <nav class="contents" aria-label="Sections of this report">
          <div class="wrap">
            {verdict.capacity !== null && <a href="#capacity">Capacity</a>}
            {SECTIONS.map(([id, name]) => (
              <a href={`#${id}`}>{name}</a>
            ))}
          </div>
        </nav>
        <main class="wrap">
          <LeftBehind events={record.events} />
          {missing.length > 0 && (
            <aside class="notice" aria-label="What is missing">
              {missing.map((sentence) => (
                <p>{sentence}</p>
              ))}
            </aside>
          )}
          <CapacitySection record={record} />
          <ObjectivesSection record={record} />
          <ChartsSection record={record} />
          <FaultsSection record={record} />
          <LoadSection record={record} />
          <ReasonsSection verdict={verdict} />
          <PhasesSection record={record} />
          <QueriesSection record={record} />
          <EventsSection record={record} />
          <ReproduceSection plan={plan} />
          <ToolsSection record={record} />
        </main>
        <footer class="wrap">
          <p>
            Made by {plan.tool.name} {plan.tool.version} from the run’s folder. All times are UTC; offsets are seconds
            after the load’s start.
          </p>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: CROSSHAIR_SCRIPT }} />
      </body>
    </html>
  );
}
