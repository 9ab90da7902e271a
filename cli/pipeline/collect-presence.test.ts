import { describe, expect, test } from "vitest";

import type { QueryOutcome } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { CountedBy, Indicator, ObjectivePlan } from "../../lib/run/plan.ts";
import { collectPresence, findJobs, jobsOfRanges } from "./collect-presence.ts";
import type { PresenceOptions } from "./collect-presence.ts";

const API = { job: "api", instance: "a:80" };

function plan(indicator: Indicator, countedBy: CountedBy = "service"): ObjectivePlan {
  const rest = { minEvents: null, abortOnFail: false, crossCheck: null, source: { file: "x.yaml", line: 1 } };
  return { slo: "x", title: "X", phase: "window", target: 0.9, countedBy, indicator, ...rest };
}
const threshold = (query: string, countedBy?: CountedBy): ObjectivePlan =>
  plan({ kind: "threshold", query, op: "lt", value: 5 }, countedBy);

/** A Prometheus that has a sample of one instance at each evaluation, but for some. */
function fake(isThere: (at: number) => boolean = () => true) {
  const asked: { readonly query: string; readonly window: Window; readonly step: number }[] = [];
  const queryRange = (query: string, window: Window, step: number): Promise<QueryOutcome> => {
    asked.push({ query, window, step });
    const times = Array.from(
      { length: Math.floor((window.to - window.from) / step) + 1 },
      (_, n) => window.from + n * step,
    );
    const samples = times.filter(isThere).map((at) => [at, 1] as const);
    return Promise.resolve({ kind: "ok", series: [{ labels: API, samples }], warnings: [], infos: [] });
  };
  return { asked, queryRange };
}

const ask = (objectives: readonly ObjectivePlan[], more: Partial<PresenceOptions> = {}) => {
  const prometheus = fake();
  const window = { from: 0, to: 600 };
  return { prometheus, options: { prometheus, objectives, window, kept: {}, ...more } };
};

describe("the presence of what expressions read", () => {
  test("is asked once, however many objectives and selectors it is of, and not for counters", async () => {
    const [part, total] = ['sum(rate(r{job="api",code=~"5.."}[1m]))', 'sum(rate(r{job="api",code!=""}[1m]))'];
    const { prometheus, options } = ask([
      plan({ kind: "levels", side: "bad", part, total }),
      threshold('max(r{job="api",code="200"})'),
      threshold("max(k6_vus)", "caller"),
      plan({ kind: "bad", bad: 'e_total{job="api"}', total: 'c_total{job="api"}' }),
    ]);
    const presence = await collectPresence(options, 15);
    expect(prometheus.asked.map(({ query }) => query)).toEqual([
      'count by (job, instance, code) (count_over_time(r{job="api",code!="",instance!=""}[37500ms]) or r{job="api",code!="",instance=""})',
      'count by (job, instance) (count_over_time(r{job="api",code!="",instance!=""}[37500ms]) or r{job="api",code!="",instance=""})',
      "count(count_over_time(k6_vus[37500ms]))",
    ]);
    expect(presence.map(({ selectors, countedBy }) => [countedBy, selectors])).toEqual([
      ["service", ['r{job="api",code=~"5.."}', 'r{job="api",code="200"}']],
      ["service", ['r{job="api",code!=""}']],
      ["caller", ["k6_vus"]],
    ]);
  });

  test("of a recording rule is asked as far back as two and a half of its evaluations, after how often these are", async () => {
    const { asked, queryRange } = fake();
    const prometheus = {
      queryRange: async (query: string, window: Window, step: number): Promise<QueryOutcome> => {
        const outcome = await queryRange(query, window, step);
        if (!query.startsWith("timestamp(") || outcome.kind !== "ok") return outcome;
        const series = outcome.series.map((one) => ({
          ...one,
          samples: one.samples.map(([at]) => [at, Math.floor(at / 60) * 60] as const),
        }));
        return { ...outcome, series };
      },
    };
    const [presence] = await collectPresence({ ...ask([threshold("max(a:q)")]).options, prometheus }, 15);
    expect(asked.map(({ query }) => query)).toEqual([
      "timestamp(a:q)",
      "count by (job, instance) (count_over_time(a:q[187500ms]))",
    ]);
    expect(presence).toMatchObject({ lookBackSeconds: 37.5, recordedEverySeconds: 60 });
  });

  test("looks back at no less than two and a half pushes of k6", async () => {
    const { options } = ask([threshold("max(k6_vus)", "caller"), threshold("max(q)")]);
    const presence = await collectPresence(options, 0.2);
    expect(presence.map(({ lookBackSeconds }) => lookBackSeconds)).toEqual([0.5, 2.5]);
  });

  test("of weeks is asked in parts, and only the edges of holes are kept", async () => {
    const step = 15;
    const [from, to] = [1500, 1500 + 2500 * step];
    const holes = [300, 999, 1000, 2001].map((nth) => from + nth * step);
    const prometheus = fake((at) => !holes.includes(at));
    const options = { prometheus, objectives: [threshold('max(q{job="api"})')], window: { from, to }, kept: {} };
    const [presence] = await collectPresence(options, step);
    expect(prometheus.asked).toHaveLength(3);
    const edge = (nth: number): number => from + nth * step;
    const times = [
      [0, 299],
      [301, 998],
      [1001, 2000],
      [2002, 2500],
    ].map(([first = 0, last = 0]) => ({ from: edge(first), to: edge(last), longestSeconds: step }));
    const samples = times.flatMap((one) => [one.from, one.to]).map((at) => [at, 1]);
    expect(presence?.outcome).toMatchObject({ series: [{ labels: API, samples, calm: times, read: 2497 }] });
  });

  test("of which one part was not answered was not answered", async () => {
    const failure: QueryOutcome = { kind: "bad-response", message: "no" };
    const prometheus = { queryRange: () => Promise.resolve(failure) };
    const [presence] = await collectPresence({ ...ask([threshold("max(q)")]).options, prometheus }, 15);
    expect(presence?.outcome).toEqual(failure);
  });
});

describe("the jobs of expressions", () => {
  const objectives = [threshold('max(q{job="web"}) + max(q)'), threshold('max(k6_vus{job="k6"})', "caller")];

  test("are those that they name, and those that were there where none is named", async () => {
    const { options } = ask(objectives);
    expect(jobsOfRanges(objectives)).toEqual(["web"]);
    expect(jobsOfRanges(objectives, await collectPresence(options, 15))).toEqual(["web", "api"]);
  });

  test("are found before the scrape interval is known, by few evaluations", async () => {
    const { prometheus, options } = ask(objectives, { window: { from: 0, to: 14 * 86_400 } });
    expect(await findJobs(options)).toEqual(["web", "api"]);
    expect(prometheus.asked).toEqual([{ query: "count by (job) (q)", window: options.window, step: 2420 }]);
  });
});
