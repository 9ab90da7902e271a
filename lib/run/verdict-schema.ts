import { z } from "zod";

import { EXIT_CODES } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { REASONS } from "./reasons.ts";
import type { ReasonCode } from "./reasons.ts";

/** What verdict.json's `$schema` is: the id of schemas/verdict.schema.json. */
export const VERDICT_SCHEMA_ID = "urn:proofload:verdict:1";

const reasonCodes = Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]];
const exitCodes = Object.keys(EXIT_CODES).map(Number) as [ExitCode, ...ExitCode[]];

const word = z.enum(["pass", "fail", "inconclusive", "error"]);
const unixSeconds = z.number().describe("Unix seconds, with fractions.");
const windowShape = { from: unixSeconds, to: unixSeconds };
const windowSchema = z.strictObject(windowShape).meta({ id: "Window" });
const share = z.number().describe("A share, 0.999 for instance.");

const reasonSchema = z
  .strictObject({
    code: z.enum(reasonCodes).describe("Stable; each is explained in docs/verdicts.md."),
    message: z.string(),
  })
  .meta({ id: "Reason" });

const intervalSchema = z
  .strictObject({
    low: z.number(),
    high: z.number(),
    confidence: z.number().describe("Of each bound by itself."),
    method: z
      .enum(["clopper-pearson", "korn-graubard"])
      .describe(
        "korn-graubard: Clopper and Pearson's on fewer events than were counted, because failures came together.",
      ),
    effectiveEvents: z
      .strictObject({ low: z.number(), high: z.number() })
      .describe("Independent events that tell as much as those that were counted, for each bound."),
  })
  .meta({ id: "Interval" });

const censusSchema = z
  .strictObject({
    slices: z.number(),
    sliceSeconds: z.number(),
    held: z.number().nullable().describe("Slices that held; null where the slices' shares are averaged."),
    leftOut: z
      .number()
      .exactOptional()
      .describe(
        "Slices that a stretch touched which was not judged; not among `slices`. Left out where there are none.",
      ),
  })
  .meta({
    id: "Census",
    description: "Slices of time, each of which was seen: nothing is left to chance, so there is no interval.",
  });

// Beyer et al., The Site Reliability Workbook (2018), ch. 5.
const burnRateSchema = z
  .strictObject({
    whole: z.number(),
    worst: z
      .strictObject({ ...windowShape, rate: z.number(), events: z.number() })
      .nullable()
      .describe(
        "The fastest of all stretches of about windowSeconds; null where there was only one, or nothing was used up.",
      ),
    windowSeconds: z.number(),
    budgetShare: z
      .number()
      .nullable()
      .describe(
        "The share of the whole budget of the SLO's time window that was used up, at this rate of events; null where the SLO's time window is not known.",
      ),
  })
  .meta({
    id: "BurnRate",
    description:
      "How fast an error budget was used up: the share of bad events over the share that the objective allows. At 1 the budget lasts just as long as the SLO's time window.",
  });

const recoverySchema = z
  .strictObject({
    withinSeconds: z.number(),
    seenSeconds: z
      .number()
      .describe(
        "Seconds after the recovery's beginning at which the last stretch that missed it ended; 0 when none did.",
      ),
    uncertaintySeconds: z
      .number()
      .describe("It may be earlier by this much: such a stretch is as long as two scrapes are apart."),
  })
  .meta({
    id: "Recovery",
    description: "When an objective was back after a fault: its last stretch with a proven miss.",
  });

const objectiveSchema = z
  .strictObject({
    slo: z.string(),
    title: z.string(),
    phase: z.string(),
    verdict: word,
    reason: reasonSchema,
    target: share.describe("Least share of good events, 0.999 for instance."),
    value: z.number().nullable().describe("Share of good events that was seen; null without events."),
    interval: intervalSchema.nullable(),
    events: z
      .strictObject({
        good: z.number(),
        total: z.number(),
        lost: z
          .number()
          .exactOptional()
          .describe("Of those that were not good, the ones that nobody saw: what a restart may have lost at most."),
      })
      .nullable(),
    missProbability: z
      .number()
      .nullable()
      .describe(
        "Chance of so many bad events or more where the objective is just met; null where that was not tested.",
      ),
    census: censusSchema
      .exactOptional()
      .describe("Where slices of time were judged in place of events, all that there were; left out elsewhere."),
    eventsToDecide: z
      .number()
      .nullable()
      .describe(
        "Events that would decide an inconclusive objective if things go on as seen; null where no number would.",
      ),
    countedBy: z.enum(["service", "caller"]),
    windowAsked: windowSchema.nullable(),
    windowCovered: windowSchema.nullable(),
    seriesSeen: z.number(),
    instancesSeen: z.array(z.string()),
    queries: z.array(z.string()),
    warnings: z.array(z.string()).describe("Prometheus's."),
    infos: z.array(z.string()).describe("Prometheus's."),
    mayBeInconclusive: z
      .literal(true)
      .exactOptional()
      .describe("It is no key objective: undecided, it blocks no pass."),
    burnRate: burnRateSchema.exactOptional().describe("Left out where no events were counted."),
    missed: z
      .strictObject({ first: windowSchema, last: windowSchema })
      .exactOptional()
      .describe(
        "The first and the last stretch between two scrapes that surely missed it; left out where there was none.",
      ),
    recovery: recoverySchema.exactOptional().describe("Of an objective that must be back within a time."),
    excused: z.array(z.string()).describe("What was excused, and why: restarts and gaps that a fault declared."),
    source: z.strictObject({ file: z.string(), line: z.number() }),
    explanation: z
      .array(z.string())
      .exactOptional()
      .describe("The steps from samples to the verdict, a line each; only in what `--json --explain SLO` prints."),
  })
  .meta({ id: "Objective", description: "One SLO, judged in one phase." });

const measurementSchema = z
  .strictObject({
    what: z.string(),
    unit: z.string(),
    before: z.number().nullable(),
    asked: z.number().nullable(),
    measured: z.number(),
  })
  .meta({ id: "Measurement" });

const proofSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("proven"), measurement: measurementSchema }),
    z.strictObject({ kind: z.literal("unproven"), measurement: measurementSchema.nullable(), message: z.string() }),
    z.strictObject({ kind: z.literal("not-reached") }),
  ])
  .meta({ id: "Proof" });

const momentSchema = z
  .strictObject({ at: unixSeconds, uncertaintySeconds: z.number() })
  .meta({ id: "Moment", description: "A moment in Unix seconds, give or take." });

const timeToSchema = z
  .strictObject({ seconds: z.number(), uncertaintySeconds: z.number() })
  .meta({ id: "TimeTo", description: "A time that something took, give or take." });

const faultTimesSchema = z
  .strictObject({
    effective: momentSchema.nullable(),
    firstBreach: momentSchema
      .nullable()
      .describe("An objective of the fault's phases surely missed for the first time."),
    mitigated: momentSchema.nullable().describe("And for the last."),
    alertPending: momentSchema.nullable().describe("Of the first of the expected alerts."),
    alertFiring: momentSchema.nullable(),
    undone: momentSchema.nullable(),
    recovered: momentSchema.nullable(),
    toDetect: timeToSchema.nullable().describe("From the effect to the alert."),
    toMitigate: timeToSchema.nullable().describe("From the first breach to the end of the last."),
    toRecover: timeToSchema.nullable().describe("From the effect to its end."),
  })
  .meta({
    id: "FaultTimes",
    description: "When things happened around a fault; null where it never did, or nobody saw it.",
  });

const openWord = z.enum(["pass", "fail", "inconclusive"]);

const probeSchema = z
  .strictObject({
    probe: z.string(),
    when: z.enum(["before", "during", "after"]),
    group: z.string().nullable().describe("The faults that it was asked about; null before the first."),
    verdict: openWord,
    asked: z.number().describe("How often it was asked."),
    at: unixSeconds
      .nullable()
      .describe("When the answer came that decided, in Unix seconds; null where it was not asked."),
    message: z.string(),
  })
  .meta({ id: "Probe", description: "A question of an experiment's hypothesis at one of its times." });

const alertSchema = z
  .strictObject({
    alert: z.string(),
    expected: z.boolean().describe("False: it is forbidden."),
    verdict: openWord,
    firedAt: unixSeconds.nullable(),
    overAt: unixSeconds.nullable(),
    message: z.string(),
  })
  .meta({ id: "Alert", description: "An alert that an experiment names." });

const faultSchema = z
  .strictObject({
    name: z.string(),
    kind: z.string(),
    target: z.string(),
    injectedAt: unixSeconds.nullable(),
    undoneAt: unixSeconds.nullable(),
    recoveredAt: unixSeconds
      .nullable()
      .describe("When the undo (or, for a kill, the target's return) was seen, in Unix seconds."),
    proof: proofSchema,
    undoProof: proofSchema,
    times: faultTimesSchema.exactOptional(),
  })
  .meta({ id: "Fault" });

const loadSchema = z
  .strictObject({
    plannedIterations: z.number().nullable().describe("Null for a closed model, whose iterations nobody can plan."),
    startedIterations: z.number().nullable(),
    deliveredShare: z.number().nullable(),
    requests: z.number().nullable(),
    requestsSeenByService: z.number().nullable(),
    cpuShare: z.number().nullable(),
    startLagP99Seconds: z.number().nullable(),
    reasons: z
      .array(reasonSchema)
      .describe("What blocks a pass; empty when the load was delivered by a healthy generator."),
  })
  .meta({ id: "Load" });

const capacitySchema = z
  .strictObject({
    verdict: z.enum(["pass", "fail", "inconclusive"]),
    reason: reasonSchema,
    heldRate: z
      .number()
      .nullable()
      .describe(
        "The highest rate at which, and below which, every objective held on a delivered load; null when not even the first step did.",
      ),
    brokeRate: z.number().nullable().describe("The lowest rate at which an objective broke; null when none did."),
    brokeBy: z.array(z.string()).describe("The SLOs that broke there."),
    atLeast: z.number().nullable(),
    steps: z.array(
      z.strictObject({
        phase: z.string(),
        rate: z.number(),
        verdict: z
          .enum(["pass", "fail", "inconclusive", "not-reached"])
          .describe("pass: all objectives held and the load was delivered."),
        why: z.string().nullable().describe("Why, when it is not a pass."),
      }),
    ),
  })
  .meta({ id: "Capacity", description: "What a stress found; rates are iterations per second." });

const triesSchema = z
  .strictObject({
    number: z.number().describe("From 1."),
    of: z.number(),
    earlier: z.array(z.strictObject({ runId: z.string(), summary: z.string() })),
  })
  .meta({ id: "Tries" });

const concluded = {
  schemaVersion: z.literal(1),
  verdict: word,
  exitCode: z.literal(exitCodes),
  summary: z.string().describe("One line: why."),
  reasons: z.array(reasonSchema),
};

const judged = {
  ...concluded,
  objectives: z.array(objectiveSchema),
  confidence: z.number().describe("Of each one-sided bound."),
};

export const runVerdictSchema = z.strictObject({
  ...judged,
  runId: z.string(),
  faults: z.array(faultSchema),
  probes: z
    .array(probeSchema)
    .exactOptional()
    .describe("The questions of the experiment's hypothesis; left out where it has none."),
  alerts: z
    .array(alertSchema)
    .exactOptional()
    .describe("The alerts that the experiment expects or forbids; left out where it names none."),
  load: loadSchema,
  capacity: capacitySchema.nullable().describe("The rate up to which a stress held; null in other runs."),
  phases: z.array(z.strictObject({ ...windowShape, phase: z.string() })).describe("The phases as they really were."),
  tries: triesSchema.exactOptional().describe("Which try it was, where the gate allows repeats."),
});

export const gateVerdictSchema = z.strictObject({
  ...judged,
  kind: z.literal("gate"),
  window: windowSchema,
  excluded: z
    .array(windowSchema)
    .exactOptional()
    .describe("Stretches of the window that were not judged, such as those of faults; left out where there were none."),
  prometheus: z.strictObject({
    url: z.string().describe("Without credentials."),
    version: z.string().nullable(),
    skewSeconds: z.number().nullable().describe("Its clock minus this machine's."),
    scrapeIntervalSeconds: z
      .number()
      .nullable()
      .describe("The longest of those that the objectives were judged with; null when none was found."),
  }),
});

export const experimentVerdictSchema = z.strictObject({
  ...concluded,
  kind: z.literal("experiment"),
  runId: z.string(),
  experiment: z.string(),
  faults: z.array(faultSchema),
  probes: z.array(probeSchema),
  alerts: z.array(alertSchema),
});

const named = { $schema: z.literal(VERDICT_SCHEMA_ID) };

/** verdict.json in the folder of a run. */
export const runVerdictFileSchema = z
  .strictObject({ ...named, ...runVerdictSchema.shape })
  .meta({ id: "RunVerdict", description: "Of a run." });

/** verdict.json in the folder of a gate that judged a window without a run. */
export const gateVerdictFileSchema = z
  .strictObject({ ...named, ...gateVerdictSchema.shape })
  .meta({ id: "GateVerdict", description: "Of a gate that judged a window of a Prometheus without a run." });

/** verdict.json in the folder of an experiment that was played without load. */
export const experimentVerdictFileSchema = z
  .strictObject({ ...named, ...experimentVerdictSchema.shape })
  .meta({ id: "ExperimentVerdict", description: "Of an experiment that was played without load." });

/** verdict.json as JSON Schema (2020-12): schemas/verdict.schema.json. */
export function verdictJsonSchema(): object {
  const schema = z.toJSONSchema(z.union([runVerdictFileSchema, gateVerdictFileSchema, experimentVerdictFileSchema]), {
    reused: "inline",
  });
  return { ...schema, $id: VERDICT_SCHEMA_ID, title: "verdict.json of proofload" };
}
