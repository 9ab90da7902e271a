import type { ComponentChildren } from "preact";
import { EXIT_CODES } from "../../lib/exit-codes.ts";
import { loadWords } from "../../lib/run/load.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { formatSeconds, formatUtc, isoOf, UNKNOWN } from "../words/format.ts";
import { triesWords } from "../words/describe-tries.ts";
import { runTimes } from "../words/run-times.ts";
import { cureOf, verdictTitle } from "../words/verdict-words.ts";
import { Prose } from "./prose.tsx";
import { VerdictIcon } from "./verdict-icon.tsx";

/** The verdict, why, and what was tried: what a reader in a hurry needs. */
export function VerdictHeader({ record }: { readonly record: RunRecord }) {
  const { plan, verdict } = record;
  const cure = verdict.reasons.map(({ code }) => cureOf(code)).find((text) => text !== "");
  return (
    <header class={`hero is-${verdict.verdict}`}>
      <div class="wrap">
        <p class="brand">
          <span>
            <b>{plan.tool.name}</b> run report
          </span>
          <span>
            Run <code>{verdict.runId}</code>
          </span>
        </p>
        <h1>
          <VerdictIcon verdict={verdict.verdict} size={64} />
          <span class="word">{verdictTitle(verdict.verdict)}</span>
        </h1>
        <p class="why">{verdict.summary}</p>
        {triesWords(verdict.tries)?.earlier.map((line) => (
          <p class="note">{line}</p>
        ))}
        {verdict.verdict !== "pass" && cure !== undefined && (
          <p class="cure">
            <b>What to do:</b> <Prose text={cure} />
          </p>
        )}
        <Facts record={record} />
      </div>
    </header>
  );
}

function Facts({ record }: { readonly record: RunRecord }) {
  const { plan, verdict } = record;
  const { runStart, runEnd, loadStart, loadEnd } = runTimes(record);
  const took = runStart === null || runEnd === null ? null : runEnd - runStart;
  const loaded = loadStart === null || loadEnd === null ? null : loadEnd - loadStart;
  const { environment } = plan.service;
  const tries = triesWords(verdict.tries);
  return (
    <dl class="facts">
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
      <Fact name="Exit code" note={EXIT_CODES[verdict.exitCode]}>
        {verdict.exitCode}
      </Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly note?: string | undefined;
  readonly children: ComponentChildren;
}

function Fact({ name, note, children }: FactProps) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>
        {children}
        {note !== undefined && <span class="note">{note}</span>}
      </dd>
    </div>
  );
}
