import type { CiResult, CiRun } from "../../../lib/run/ci-record.ts";
import { notesOf, outcomeWords } from "../../../reports/words/describe-objective.ts";
import { clip } from "../../../reports/words/format.ts";
import { cureOf, verdictTitle } from "../../../reports/words/verdict-words.ts";
import type { Annotation } from "./workflow-command.ts";

/** GitHub shows ten errors of a step. */
const MOST = 10;

/** What stands against a pass, at the line of the SLO where there is one; `fileOf` turns a project's path into one of the workspace. */
export function annotationsOf({ runs }: CiResult, fileOf: (file: string) => string): readonly Annotation[] {
  const all = runs.filter(({ verdict }) => verdict !== "pass").flatMap((run) => annotationsOfRun(run, fileOf));
  if (all.length <= MOST) return all;
  const left = all.length - MOST + 1;
  return [
    ...all.slice(0, MOST - 1),
    { level: "error", title: "proofload", message: `${left} more: the job's summary has them all.` },
  ];
}

function annotationsOfRun(run: CiRun, fileOf: (file: string) => string): readonly Annotation[] {
  const title = (what: string): string => clip(`proofload ${run.label}: ${what}`, 200);
  if (run.record === null) {
    return [
      { level: "error", title: title(verdictTitle(run.verdict)), message: withCure(run.summary, run.hint ?? "") },
    ];
  }
  const { plan, verdict } = run.record;
  const missed = verdict.objectives.filter((objective) => objective.verdict !== "pass");
  const atLines = missed.flatMap((objective): readonly Annotation[] => {
    const planned = plan.gate.objectives.find(
      ({ slo, phase }) => slo === objective.slo && (phase === objective.phase || phase.endsWith("*")),
    );
    if (planned === undefined) return [];
    const words = [outcomeWords(objective, plan), ...notesOf(objective)].join("; ");
    return [
      {
        level: "error",
        title: title(`${objective.slo} in ${objective.phase}: ${verdictTitle(objective.verdict)}`),
        message: withCure(clip(words, 1_000), objective.verdict === "fail" ? "" : cureOf(objective.reason.code)),
        file: fileOf(planned.source.file),
        line: planned.source.line,
      },
    ];
  });
  const told = new Set(missed.map(({ reason }) => reason.code));
  const others = verdict.reasons
    .filter(({ code }) => !told.has(code))
    .map(({ code, message }): Annotation => ({
      level: "error",
      title: title(code),
      message: withCure(clip(message, 1_000), cureOf(code)),
    }));
  return atLines.length + others.length > 0
    ? [...atLines, ...others]
    : [{ level: "error", title: title(verdictTitle(run.verdict)), message: run.summary }];
}

function withCure(message: string, cure: string): string {
  return cure === "" ? message : `${message}${/[.!?]$/.test(message) ? "" : "."} ${cure}`;
}
