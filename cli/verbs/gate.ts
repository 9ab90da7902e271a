import { resolve } from "node:path";

import { explainObjective } from "../../gates/explain-objective.ts";
import { formatTime } from "../../gates/format.ts";
import { hiddenValues } from "../../gates/promql/hidden-values.ts";
import { judgeWindow } from "../../gates/judge-window.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import type { GateQuestion, GateRecord } from "../../lib/run/gate-record.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { collectWindow } from "../gate/collect-window.ts";
import type { GateFolder } from "../gate/gate-folder.ts";
import { planWindow } from "../gate/plan-window.ts";
import { openPrometheus } from "../gate/open-prometheus.ts";
import type { AccessArguments } from "../gate/read-access.ts";
import { readExcluded } from "../gate/read-excluded.ts";
import type { ExcludeArguments } from "../gate/read-excluded.ts";
import { readWindow } from "../gate/read-time.ts";
import { checkExplained, explained, explanationText } from "../text/explained.ts";
import { gateText } from "../text/gate-text.ts";
import { durationOf } from "./read-options.ts";

export interface GateArguments extends AccessArguments, ExcludeArguments {
  readonly slo: readonly string[];
  readonly prometheus: string;
  readonly from: string;
  readonly to: string;
  readonly label?: readonly string[];
  readonly gate?: string;
  readonly confidence?: string;
  readonly scrapeInterval?: string;
  readonly allowRestarts?: true;
  readonly timeout?: string;
  readonly out?: string;
  readonly json?: true;
  readonly explain?: string;
}

const TIMEOUT_SECONDS = 15;

/** `proofload gate`: judges a window of a Prometheus, without any run; answers as a run does. */
export async function gateVerb(env: Env, args: GateArguments): Promise<ExitCode> {
  // Before anything that can go wrong: an old verdict must not outlive the question.
  const folder = args.out === undefined ? null : await openFolder(resolve(env.cwd, args.out));
  const labels = readLabels(args.label ?? []);
  const { from, to, relative } = readWindow(args, env.clock.now() / 1000);
  const planned = planWindow(env, { slo: args.slo, gate: args.gate, labels, confidence: confidence(args.confidence) });
  const say = (text: string): void => env.stderr.write(`${text}\n`);
  for (const one of hiddenFrom(planned.objectives)) say(one);
  const asked = readExcluded(env, args, env.clock.now() / 1000);
  const excluded = asked.filter((one) => one.from < to && one.to > from);
  for (const one of asked.filter((outside) => !excluded.includes(outside))) {
    say(`not in the window, so there is nothing to leave out: ${formatTime(one.from)} to ${formatTime(one.to)}`);
  }
  const question: GateQuestion = {
    window: { from, to },
    ...(excluded.length === 0 ? {} : { excluded }),
    relative,
    ...(args.allowRestarts === true ? { restartsAllowed: true } : {}),
    ...planned,
  };
  checkExplained(args.explain, question.objectives);
  const scrapeIntervalSeconds = args.scrapeInterval === undefined ? null : scrapeInterval(args.scrapeInterval);
  const timeoutMs = (args.timeout === undefined ? TIMEOUT_SECONDS : durationOf("--timeout", args.timeout)) * 1000;
  const prometheus = await openPrometheus(env, args.prometheus, args, timeoutMs);
  const evidence = await collectWindow({ ...prometheus, question, labels, scrapeIntervalSeconds, say });
  const record: GateRecord = { evidence, verdict: judgeWindow(evidence) };
  const written = folder === null ? null : await folder.write(record);
  const shown = explained(record.verdict, args.explain, question.objectives, (...one) =>
    explainObjective(evidence, ...one),
  );
  env.stdout.write(
    args.json === true
      ? verdictFileText(shown)
      : gateText(env, record.verdict, written) + explanationText(shown.objectives),
  );
  for (const failure of written?.failures ?? []) say(failure);
  const failed = written?.exitCode ?? null;
  return worstExitCode([record.verdict.exitCode, ...(failed === null ? [] : [failed])]);
}

/** What the queries keep from their objectives, so that a pass says less than it seems to. */
function hiddenFrom(objectives: GateQuestion["objectives"]): readonly string[] {
  const lines = objectives.flatMap(({ indicator, source: { file, line } }) =>
    hiddenValues(indicator, indicator.kind === "threshold" ? indicator.op : undefined).map(
      ({ message, cure }) => `${file}:${line}: warning: ${message}\n    → ${cure}`,
    ),
  );
  return [...new Set(lines)];
}

/** Samples are read from two scrapes before the window on. */
const LONGEST_INTERVAL_SECONDS = 3600;

function scrapeInterval(text: string): number {
  const seconds = durationOf("--scrape-interval", text);
  if (seconds <= LONGEST_INTERVAL_SECONDS) return seconds;
  throw usageError("bad-option", `--scrape-interval: expected an hour at most, found '${text}'`);
}

function readLabels(pairs: readonly string[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) {
      throw usageError("bad-option", `--label: expected a label such as cluster=eu, found '${pair}'`);
    }
    if (Object.hasOwn(labels, name)) throw usageError("bad-option", `--label: ${name} is given twice`);
    labels[name] = value;
  }
  return labels;
}

function confidence(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = /^0?\.\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.5 && value <= 0.9999) return value;
  throw usageError("bad-option", `--confidence: expected a share from 0.5 to 0.9999, such as 0.95, found '${text}'`);
}

/** Renderers take a tenth of a second to load, which a gate without a folder does not wait for. */
async function openFolder(dir: string): Promise<GateFolder> {
  const { openGateFolder } = await import("../gate/gate-folder.ts");
  return openGateFolder(dir);
}
