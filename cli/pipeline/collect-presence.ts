import { GAP_INTERVALS } from "../../gates/instances/read-instance.ts";
import { isRatio, queriesOfIndicator } from "../../gates/model/indicators.ts";
import { isRule, jobsQuery, presenceQuery } from "../../gates/promql/presence-query.ts";
import { selectorsOf } from "../../gates/promql/expression.ts";
import type { PlacedSelector } from "../../gates/promql/expression.ts";
import { intervalIn } from "../../gates/scrape-interval.ts";
import { namedJobs } from "../../gates/instances/scraped-jobs.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { PresenceEvidence } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { CountedBy, ObjectivePlan } from "../../lib/run/plan.ts";
import { evaluateInParts, evaluationWindow } from "./collect-ranges.ts";
import { createStretches } from "./presence-stretches.ts";
import { jobsIn } from "./read-counters.ts";

export interface PresenceOptions {
  readonly prometheus: Pick<PrometheusClient, "queryRange">;
  readonly objectives: readonly ObjectivePlan[];
  readonly window: Window;
  /** Labels that were asked for with every selector. */
  readonly kept: Readonly<Record<string, string>>;
}

/** k6 pushes once a second, however often Prometheus scrapes. */
const PUSH_SECONDS = 1;

/** Evaluations at once: without its values a selector may mean many more series than the expression reads. */
const MOST_AT_ONCE = 1000;

/** Asks when the series were there that the expressions of some objectives read, at the times at which these are evaluated; each query once. */
export async function collectPresence(
  { prometheus, objectives, window: asked, kept }: PresenceOptions,
  stepSeconds: number,
): Promise<readonly PresenceEvidence[]> {
  const window = evaluationWindow(asked, stepSeconds);
  const questions = new Map<
    string,
    Omit<PresenceEvidence, "outcome" | "selectors"> & { readonly selectors: string[] }
  >();
  for (const countedBy of ["service", "caller"] as const) {
    const lookBackSeconds =
      GAP_INTERVALS * (countedBy === "caller" ? Math.max(PUSH_SECONDS, stepSeconds) : stepSeconds);
    const selectors = await Promise.all(
      selectorsRead(objectives, countedBy).map(async ({ text }) => {
        const isRecorded = countedBy === "service" && isRule(text);
        const every = isRecorded ? await recordedEvery(prometheus, text, window, stepSeconds) : undefined;
        return { text, recorded: every === undefined ? {} : { recordedEverySeconds: every } };
      }),
    );
    for (const { text, recorded } of selectors) {
      const query = presenceQuery(text, { countedBy, lookBackSeconds, ...recorded, kept });
      const known = questions.get(query);
      if (known !== undefined) known.selectors.push(text);
      else
        questions.set(query, {
          selectors: [text],
          countedBy,
          query,
          window,
          stepSeconds,
          lookBackSeconds,
          ...recorded,
        });
    }
  }
  return Promise.all(
    [...questions.values()].map(async (question) => {
      const stretches = createStretches(stepSeconds);
      const failure = await evaluateInParts(prometheus, question, (part) => stretches.add(part), MOST_AT_ONCE);
      return { ...question, outcome: failure ?? stretches.finish() };
    }),
  );
}

/** So long a part of a window tells how often a rule is evaluated. */
const RULE_SECONDS = 900;

/** How often a recording rule is evaluated, by the times of its samples from the window's beginning on; undefined where there are no two. */
async function recordedEvery(
  prometheus: PresenceOptions["prometheus"],
  selector: string,
  { from, to }: Window,
  stepSeconds: number,
): Promise<number | undefined> {
  const window = { from, to: Math.min(to, from + RULE_SECONDS) };
  const outcome = await prometheus.queryRange(`timestamp(${selector})`, window, stepSeconds);
  if (outcome.kind !== "ok") return undefined;
  const series = outcome.series.map(({ labels, samples }) => ({
    labels,
    samples: [...new Set(samples.map(([, at]) => at))].map((at) => [at, 1] as const),
  }));
  return intervalIn(series) ?? undefined;
}

/** The jobs that expressions on the service's metrics name; where a selector names none, those that its series were of by `presence`. */
export function jobsOfRanges(
  objectives: readonly ObjectivePlan[],
  presence: readonly PresenceEvidence[] = [],
): readonly string[] {
  const selectors = selectorsRead(objectives, "service");
  const nameless = selectors.filter((one) => namedJobs(one).length === 0).map(({ text }) => text);
  const shown = presence.filter((one) => one.selectors.some((text) => nameless.includes(text)));
  return [...new Set([...selectors.flatMap(namedJobs), ...jobsIn(shown.map(({ outcome }) => outcome))])];
}

/** So many evaluations find the jobs of a window. */
const LOOKS = 500;
/** A series is seen for five minutes, and not for much less than one. */
const LEAST_STEP_SECONDS = 60;

/** The same, before it is known how often anything is scraped. */
export async function findJobs({ prometheus, objectives, window, kept }: PresenceOptions): Promise<readonly string[]> {
  const nameless = selectorsRead(objectives, "service").filter((one) => namedJobs(one).length === 0);
  const step = Math.ceil(Math.max(LEAST_STEP_SECONDS, (window.to - window.from) / LOOKS));
  const queries = new Set(nameless.map(({ text }) => jobsQuery(text, kept)));
  const answers = await Promise.all(
    [...queries].map((query) => prometheus.queryRange(query, evaluationWindow(window, step), step)),
  );
  return [...new Set([...jobsOfRanges(objectives), ...jobsIn(answers)])];
}

function selectorsRead(objectives: readonly ObjectivePlan[], countedBy: CountedBy): readonly PlacedSelector[] {
  const own = objectives.filter((one) => one.countedBy === countedBy && !isRatio(one.indicator));
  return selectorsOf(own.flatMap(({ indicator }) => queriesOfIndicator(indicator)));
}
