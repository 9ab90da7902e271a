import type { RunRecord } from "../../lib/run/record.ts";
import { clip, formatOffset } from "../words/format.ts";
import { missingParts } from "../words/missing-parts.ts";
import { runTimes } from "../words/run-times.ts";
import { verdictTitle } from "../words/verdict-words.ts";
import { CapacitySection } from "./capacity-section.tsx";
import { ChartsSection } from "./charts/charts-section.tsx";
import { CROSSHAIR_SCRIPT, CROSSHAIR_SCRIPT_SHA256 } from "./charts/crosshair-script.ts";
import { Document } from "./document.tsx";
import { EventsSection } from "./events-section.tsx";
import { FaultsSection } from "./faults-section.tsx";
import { LeftBehind } from "./left-behind.tsx";
import { LoadSection } from "./load-section.tsx";
import { ObjectivesSection } from "./objectives-section.tsx";
import { PhasesSection } from "./phases-section.tsx";
import { QueriesSection } from "./queries-section.tsx";
import { ReasonsSection } from "./reasons-section.tsx";
import { ReproduceSection } from "./reproduce-section.tsx";
import { ToolsSection } from "./tools-section.tsx";
import { VerdictHeader } from "./verdict-header.tsx";

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

/** The whole document of a run. */
export function Page({ record }: { readonly record: RunRecord }) {
  const { plan, verdict, evidence } = record;
  const missing = missingParts(record);
  const { loadStart } = runTimes(record);
  const momentWords = (at: number): string => formatOffset(at, loadStart);
  return (
    <Document
      title={`${verdictTitle(verdict.verdict)} · ${clip(plan.service.name, 60)} · ${clip(plan.load.scenario, 60)} · ${clip(verdict.runId, 60)}`}
      verdict={verdict.verdict}
      sections={[...(verdict.capacity === null ? [] : ([["capacity", "Capacity"]] as const)), ...SECTIONS]}
      header={<VerdictHeader record={record} />}
      footer={`Made by ${plan.tool.name} ${plan.tool.version} from the run’s folder. All times are UTC; offsets are seconds after the load’s start.`}
      script={{ text: CROSSHAIR_SCRIPT, sha256: CROSSHAIR_SCRIPT_SHA256 }}
    >
      <LeftBehind events={record.events} />
      {missing.length > 0 && (
        <aside class="notice" aria-label="What is missing">
          {missing.map((sentence) => (
            <p>{sentence}</p>
          ))}
        </aside>
      )}
      <CapacitySection record={record} />
      <ObjectivesSection verdict={verdict} plan={plan} windows={verdict.phases} momentWords={momentWords} />
      <ChartsSection record={record} />
      <FaultsSection record={record} />
      <LoadSection record={record} />
      <ReasonsSection verdict={verdict} />
      <PhasesSection record={record} />
      <QueriesSection verdict={verdict} url={evidence?.prometheus.url ?? null} momentWords={momentWords} />
      <EventsSection record={record} />
      <ReproduceSection plan={plan} />
      <ToolsSection record={record} />
    </Document>
  );
}
