import { loadWords } from "../../lib/run/load.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { formatSeconds, formatUtc, isoOf, UNKNOWN } from "../words/format.ts";
import { triesWords } from "../words/describe-tries.ts";
import { runTimes } from "../words/run-times.ts";
import { Fact, Hero } from "./hero.tsx";

/** The head of a run's report. */
export function VerdictHeader({ record }: { readonly record: RunRecord }) {
  const { plan, verdict } = record;
  const { runStart, runEnd, loadStart, loadEnd } = runTimes(record);
  const took = runStart === null || runEnd === null ? null : runEnd - runStart;
  const loaded = loadStart === null || loadEnd === null ? null : loadEnd - loadStart;
  const { environment } = plan.service;
  const tries = triesWords(verdict.tries);
  const subject = (
    <>
      Run <code>{verdict.runId}</code>
    </>
  );
  return (
    <Hero verdict={verdict} tool={plan.tool.name} kind="run report" subject={subject} notes={tries?.earlier ?? []}>
      <Fact name="Service" note={environment ?? undefined}>
        {plan.service.name}
      </Fact>
      <Fact name="Scenario" note={`${loadWords(plan.load)}, gate ${plan.gate.name}`}>
        {plan.load.scenario}
      </Fact>
      <Fact name="Experiment" note={plan.experiment?.title}>
        {plan.experiment?.name ?? "none"}
      </Fact>
      <Fact name="Started">
        <time dateTime={isoOf(runStart) ?? undefined}>{formatUtc(runStart)}</time>
      </Fact>
      <Fact name="Took" note={loaded === null ? undefined : `load ${formatSeconds(loaded)}`}>
        {took === null ? UNKNOWN : formatSeconds(took)}
      </Fact>
      {tries !== null && <Fact name="Tries">{tries.title}</Fact>}
    </Hero>
  );
}
