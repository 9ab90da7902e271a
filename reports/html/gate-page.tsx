import type { GateRecord } from "../../lib/run/gate-record.ts";
import { WINDOW_PHASE } from "../../lib/run/gate-record.ts";
import { coverageWords } from "../words/describe-objective.ts";
import { excludedWords } from "../words/describe-excluded.ts";
import { clip, formatSeconds, formatUtc, isoOf, UNKNOWN } from "../words/format.ts";
import { verdictTitle } from "../words/verdict-words.ts";
import { Document } from "./document.tsx";
import { Fact, Hero } from "./hero.tsx";
import { ObjectivesSection } from "./objectives-section.tsx";
import { PrometheusSection } from "./prometheus-section.tsx";
import { QueriesSection } from "./queries-section.tsx";
import { ReasonsSection } from "./reasons-section.tsx";

const SECTIONS = [
  ["objectives", "Objectives"],
  ["reasons", "Reasons"],
  ["queries", "Queries"],
  ["prometheus", "Prometheus"],
] as const;

/** The whole document of a gate that judged a window without a run. */
export function GatePage({ record }: { readonly record: GateRecord }) {
  const { evidence, verdict } = record;
  const { window, prometheus, excluded } = verdict;
  return (
    <Document
      title={`${verdictTitle(verdict.verdict)} · gate · ${clip(prometheus.url, 60)} · ${formatUtc(window.from)}`}
      verdict={verdict.verdict}
      sections={SECTIONS}
      header={<GateHeader record={record} />}
      footer="Made by proofload from the gate’s verdict.json and evidence.json. All times are UTC."
    >
      <ObjectivesSection
        verdict={verdict}
        plan={{ gate: evidence.question }}
        windows={[{ phase: WINDOW_PHASE, ...window }]}
        momentWords={formatUtc}
        noteOf={(objective) => `covered ${coverageWords(objective, excluded)}`}
      />
      <ReasonsSection verdict={verdict} />
      <QueriesSection verdict={verdict} url={prometheus.url} momentWords={formatUtc} />
      <PrometheusSection record={record} />
    </Document>
  );
}

function GateHeader({ record }: { readonly record: GateRecord }) {
  const { window, excluded = [], prometheus } = record.verdict;
  return (
    <Hero verdict={record.verdict} tool="proofload" kind="gate report">
      <Fact name="From">
        <time dateTime={isoOf(window.from) ?? undefined}>{formatUtc(window.from)}</time>
      </Fact>
      <Fact name="To">
        <time dateTime={isoOf(window.to) ?? undefined}>{formatUtc(window.to)}</time>
      </Fact>
      <Fact name="Length" note={excluded.length === 0 ? undefined : `without ${excludedWords(record.verdict)}`}>
        {formatSeconds(window.to - window.from)}
      </Fact>
      <Fact name="Prometheus" note={prometheus.url}>
        {prometheus.version ?? UNKNOWN}
      </Fact>
    </Hero>
  );
}
