import { away, unknown } from "./case.ts";
import type { Case, Expected } from "./case.ts";
import { FROM, target, TO } from "./series.ts";
import { json, outcomeOf } from "./world.ts";
import type { PrometheusAnswer, Trick } from "./world.ts";

type Played = readonly [number: number, name: string, trick: Trick, expected: Expected];

const adding =
  (more: object): Trick =>
  (_request, _response, forward) =>
    forward((answer) => ({ ...answer, ...more }));

const changing =
  (change: (result: Samples[]) => unknown): Trick =>
  (_request, _response, forward) =>
    forward((answer) => ({ ...answer, data: { ...answer.data, result: change(answer.data.result) } }));

type Samples = PrometheusAnswer["data"]["result"][number];

const ofCounter =
  (change: (values: Samples["values"]) => Samples["values"]) =>
  (one: Samples): Samples =>
    one.metric["__name__"] === "up" ? one : { ...one, values: change(one.values) };

const ofUp =
  (change: (values: Samples["values"]) => Samples["values"]) =>
  (one: Samples): Samples =>
    one.metric["__name__"] === "up" ? { ...one, values: change(one.values) } : one;

/** Errors that are there in the answer to one query, and not in that to the other. */
const TWO_FACED: Case = {
  number: 50,
  name: "two answers that differ about one series, as from two replicas that saw different things",
  series: [target({ failed: (i) => 9 * i })],
  expected: unknown("bad-sample"),
  ask: async (world, label) => {
    const noErrors: Trick = (_request, _response, forward) =>
      forward((answer) => ({
        ...answer,
        data: {
          ...answer.data,
          result: answer.data.result.map((one) => ({ ...one, values: one.values.map(([at]) => [at, "0"]) })),
        },
      }));
    const url = await world.proxy(noErrors, (body) => body.includes("ms]") && body.includes("status"));
    return outcomeOf(await world.ask({ url, label }));
  },
};

/** What is played on every question for raw samples of a healthy service of two instances. */
const TRICKS: readonly Played[] = [
  [
    7,
    "a string in place of series",
    (_, response) => json(response, 200, { status: "success", data: { resultType: "string", result: [1, "1"] } }),
    unknown("query-failed"),
  ],
  [
    7,
    "a vector in place of raw samples",
    (_, response) => json(response, 200, { status: "success", data: { resultType: "vector", result: [] } }),
    unknown("query-failed"),
  ],
  [23, "warnings in a 200", adding({ warnings: ["some store is away"] }), unknown("query-warning")],
  [24, "infos in a 200", adding({ infos: ["metric might not be a counter"] }), unknown("query-warning")],
  [
    25,
    "an answer that calls itself partial",
    adding({ warnings: ["partial response: store b is away"] }),
    unknown("query-warning"),
  ],
  [
    25,
    "an answer without one of the instances, which does not say so",
    changing((result) => result.filter(({ metric }) => metric["__name__"] === "up" || metric["instance"] === "a:80")),
    unknown("no-data"),
  ],
  [26, "a result cut by a limit", adding({ warnings: ["results truncated due to limit"] }), unknown("query-warning")],
  [
    26,
    "an answer whose series are cut short",
    changing((result) => result.map((one) => ({ ...one, values: one.values.slice(0, 20) }))),
    unknown("window-not-covered"),
  ],
  [
    27,
    "an error in a 200",
    (_, response) => json(response, 200, { status: "error", errorType: "execution", error: "boom" }),
    unknown("query-failed"),
  ],
  [
    27,
    "a login page",
    (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>"),
    unknown("query-failed"),
  ],
  [
    27,
    "a redirect",
    (_, response) => response.writeHead(302, { location: "http://login.invalid/?token=x" }).end(),
    unknown("query-failed"),
  ],
  [27, "a 401", (_, response) => response.writeHead(401).end("no"), away("credentials-refused")],
  [27, "a 403", (_, response) => response.writeHead(403).end("no"), away("credentials-refused")],
  [
    28,
    "a 400",
    (_, response) => json(response, 400, { status: "error", errorType: "bad_data", error: "parse error" }),
    unknown("query-failed"),
  ],
  [
    28,
    "a 422",
    (_, response) => json(response, 422, { status: "error", errorType: "execution", error: "too many samples" }),
    unknown("query-failed"),
  ],
  [29, "a 503 that stays", (_, response) => response.writeHead(503).end("x"), away("prometheus-unreachable")],
  [
    29,
    "an answer that is cut off",
    (_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"status":"succ', () => response.destroy());
    },
    away("prometheus-unreachable"),
  ],
  [
    29,
    "half an answer that looks whole",
    (_, response) => response.writeHead(200).end('{"status":"success","data":{"resultType":"matrix","result":['),
    unknown("query-failed"),
  ],
  [29, "no answer in time", () => undefined, away("prometheus-unreachable")],
  [
    50,
    "samples out of order",
    changing((result) => result.map(ofCounter((values) => [...values.slice(9), ...values.slice(0, 9)]))),
    unknown("bad-sample"),
  ],
  [
    50,
    "every sample twice",
    changing((result) => result.map(ofCounter((values) => values.flatMap((value) => [value, value])))),
    unknown("bad-sample"),
  ],
  [
    25,
    "somebody else's series",
    changing((result) => result.map((one) => ({ ...one, metric: { ...one.metric, case: "another" } }))),
    unknown("bad-sample"),
  ],
  [
    50,
    "`up` out of order",
    changing((result) =>
      result.map(ofUp((values) => [...values.slice(0, 9), ...values.slice(20, 25), ...values.slice(9)])),
    ),
    unknown("bad-sample"),
  ],
  [50, "every series twice", changing((result) => [...result, ...result]), unknown("bad-sample")],
];

const SKEWED: Case = {
  number: 31,
  name: "a Prometheus two minutes ahead, asked about a window that this machine's clock tells",
  series: [target()],
  expected: unknown("clock-skew"),
  ask: async (world, label) => {
    const ahead: Trick = (_, response) => {
      const at = Date.now() / 1000 + 120;
      json(response, 200, { status: "success", data: { resultType: "scalar", result: [at, String(at)] } });
    };
    const url = await world.proxy(ahead, (body) => body.includes("time()"));
    const ago = Math.round(Date.now() / 1000 - FROM);
    return outcomeOf(await world.ask({ url, label, window: [`-${ago}s`, String(TO)] }));
  },
};

/** What may come in place of a true answer. */
export const ANSWER_CASES: readonly Case[] = [
  ...TRICKS.map(([number, name, trick, expected]): Case => ({
    number,
    name,
    series: [target(), target({ instance: "b:80" })],
    expected,
    ask: async (world, label) =>
      outcomeOf(await world.ask({ url: await world.proxy(trick), label, more: ["--json", "--timeout", "500ms"] })),
  })),
  SKEWED,
  TWO_FACED,
];
