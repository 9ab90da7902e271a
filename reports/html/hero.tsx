import type { ComponentChildren } from "preact";
import { EXIT_CODES } from "../../lib/exit-codes.ts";
import type { GateVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { cureOf, verdictTitle } from "../words/verdict-words.ts";
import { Prose } from "./prose.tsx";
import { VerdictIcon } from "./verdict-icon.tsx";

export interface HeroProps {
  readonly verdict: Pick<RunVerdict | GateVerdict, "verdict" | "summary" | "reasons" | "exitCode">;
  readonly tool: string;
  /** What kind of report it is, and of what. */
  readonly kind: string;
  readonly subject?: ComponentChildren;
  /** Lines below the verdict's own. */
  readonly notes?: readonly string[];
  /** The facts, without that of the exit code. */
  readonly children: ComponentChildren;
}

/** The verdict, why, and what was tried: what a reader in a hurry needs. */
export function Hero({ verdict, tool, kind, subject, notes = [], children }: HeroProps) {
  const cure = verdict.reasons.map(({ code }) => cureOf(code)).find((text) => text !== "");
  return (
    <header class={`hero is-${verdict.verdict}`}>
      <div class="wrap">
        <p class="brand">
          <span>
            <b>{tool}</b> {kind}
          </span>
          {subject !== undefined && <span>{subject}</span>}
        </p>
        <h1>
          <VerdictIcon verdict={verdict.verdict} size={64} />
          <span class="word">{verdictTitle(verdict.verdict)}</span>
        </h1>
        <p class="why">{verdict.summary}</p>
        {notes.map((line) => (
          <p class="note">{line}</p>
        ))}
        {verdict.verdict !== "pass" && cure !== undefined && (
          <p class="cure">
            <b>What to do:</b> <Prose text={cure} />
          </p>
        )}
        <dl class="facts">
          {children}
          <Fact name="Exit code" note={EXIT_CODES[verdict.exitCode]}>
            {verdict.exitCode}
          </Fact>
        </dl>
      </div>
    </header>
  );
}

export interface FactProps {
  readonly name: string;
  readonly note?: string | undefined;
  readonly children: ComponentChildren;
}

/** One of the facts in the head of a report. */
export function Fact({ name, note, children }: FactProps) {
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
