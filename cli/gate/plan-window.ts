import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { parseGate } from "../../gates/model/parse-gate.ts";
import type { GateObjective } from "../../gates/model/parse-gate.ts";
import { parseSlos } from "../../gates/model/parse-slos.ts";
import type { Slo } from "../../gates/model/parse-slos.ts";
import { planGate } from "../../gates/plan-gate.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { WINDOW_PHASE } from "../../lib/run/gate-record.ts";
import type { GateQuestion } from "../../lib/run/gate-record.ts";
import { readSource } from "../read-source.ts";

export interface WindowPlanOptions {
  /** Files, and folders of SLOs with all that is in them. */
  readonly slo: readonly string[];
  /** A gate file: which of the SLOs count, with what targets. */
  readonly gate: string | undefined;
  /** Matchers of every selector. */
  readonly labels: Readonly<Record<string, string>>;
  /** Null for the gate file's, or 0.95. */
  readonly confidence: number | null;
}

const CONFIDENCE = 0.95;

/** Reads SLOs (and a gate file), and plans each objective once, for the whole window. Throws usage errors with every problem. */
export function planWindow(
  { cwd }: Pick<Env, "cwd">,
  { slo, gate: gateFile, labels, confidence }: WindowPlanOptions,
): Pick<GateQuestion, "objectives" | "confidence" | "failureBurst"> {
  const slos = parseSlos(
    slo
      .flatMap((path) => filesAt(cwd, path))
      .filter(isFirst)
      .map(({ full, shown }) => readSource(full, shown)),
  );
  const gate = gateFile === undefined ? null : parseGate(readSource(resolve(cwd, gateFile), gateFile));
  if (gate !== null && gate.capacity !== null) {
    throw usageError("bad-option", `${gate.file}: a capacity is found in the steps of a run, not in a window`);
  }
  const entries = gate?.objectives ?? slos.map(entryOf);
  const phases = [{ pattern: WINDOW_PHASE, line: 1 }];
  const planned = planGate({
    gate: {
      name: gate?.name ?? WINDOW_PHASE,
      file: gate?.file ?? slo.join(", "),
      confidence: confidence ?? gate?.confidence ?? CONFIDENCE,
      failureBurst: gate?.failureBurst ?? 1,
      objectives: entries.map((entry) => ({ ...entry, abortOnFail: false, recoversWithinSeconds: null, phases })),
      capacity: null,
      abortWindowSeconds: 0,
      repeats: 0,
    },
    slos,
    phases: [{ phase: WINDOW_PHASE, callerCounts: false }],
    labels,
    callerLabels: labels,
  });
  return {
    confidence: planned.confidence,
    failureBurst: planned.failureBurst,
    // Nobody says that k6 called the service in this window.
    objectives: planned.objectives.map((objective) => ({ ...objective, crossCheck: null })),
  };
}

function entryOf({ name, source }: Slo): GateObjective {
  const own = { target: null, minEvents: null, abortOnFail: false, key: true, recoversWithinSeconds: null };
  return { slo: name, line: source.line, phases: [], ...own };
}

interface SloFile {
  readonly full: string;
  /** As the user named it. */
  readonly shown: string;
}

function filesAt(cwd: string, path: string): readonly SloFile[] {
  const full = resolve(cwd, path);
  if (!existsSync(full)) throw usageError("unreadable", `--slo: there is no ${path}`);
  if (!statSync(full).isDirectory()) return [{ full, shown: path }];
  const files = readdirSync(full, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
  if (files.length === 0) throw usageError("unreadable", `--slo: ${path} holds no .yaml file`);
  return files.toSorted().map((file) => ({ full: join(full, file), shown: join(path, file) }));
}

/** A file may be named, and be in a folder that is named as well. */
function isFirst({ full }: SloFile, index: number, files: readonly SloFile[]): boolean {
  return files.findIndex((one) => one.full === full) === index;
}
