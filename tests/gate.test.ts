import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { ReasonCode } from "../lib/run/reasons.ts";
import type { VerdictWord } from "../lib/run/verdict.ts";
import { callGate, folderOf, sloText, verdictOf } from "./support/gate.ts";
import type { GateAnswer } from "./support/gate.ts";
import { startHistory } from "./support/history.ts";
import type { History, HistorySeries } from "./support/history.ts";
import { startServer } from "./support/project.ts";

/** The window that is judged: ten minutes on New Year's Day 2025. */
const FROM = Date.parse("2025-01-01T10:00:00Z") / 1000;
const TO = FROM + 600;
/** Scraped every 15 s, and not on the full minute. */
const STEP = 15;
const FIRST = FROM - 57;

type Value = (index: number, at: number) => number | null;

interface Target {
  readonly instance?: string;
  readonly job?: string;
  /** Added to all of its series. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly ok?: Value;
  readonly failed?: Value;
  readonly up?: Value;
  readonly more?: Readonly<Record<string, Value>>;
}

/** 75 requests each scrape, none of which fails: the service as it should be. */
const steady = (index: number): number => 1000 + 75 * index;
const none: Value = () => 0;
const upAlways: Value = () => 1;
const inWindow = (at: number, from: number, to: number): boolean => at >= FROM + from && at < FROM + to;

/** The series of what is scraped, until a little after the window. */
function target({ instance = "a:80", job = "api", labels = {}, ...values }: Target = {}): readonly HistorySeries[] {
  const common = { job, instance, ...labels };
  const { ok = steady, failed = none, up = upAlways, more = {} } = values;
  const all: Readonly<Record<string, Value>> = {
    'http_requests_total status="200"': ok,
    'http_requests_total status="500"': failed,
    up,
    ...more,
  };
  return Object.entries(all).map(([key, value]) => {
    const [name = "", label] = key.split(" ");
    const [, own, text] = /^(\w+)="(.*)"$/.exec(label ?? "") ?? [];
    const samples: [number, number][] = [];
    for (let index = 0, at = FIRST; at < TO + 120; index += 1, at += STEP) {
      const sample = value(index, at);
      if (sample !== null) samples.push([at, sample]);
    }
    return { labels: { __name__: name, ...common, ...(own === undefined ? {} : { [own]: text ?? "" }) }, samples };
  });
}

interface Case {
  /** Its number among the fifty nasty inputs of a gate; 0 for a healthy one. */
  readonly number: number;
  readonly name: string;
  readonly series: readonly (readonly HistorySeries[])[];
  readonly slo?: Partial<Parameters<typeof sloText>[0]>;
  readonly window?: readonly [string, string];
  readonly expected: readonly [VerdictWord, ReasonCode, exitCode: number];
}

const pass = ["pass", "interval-inside", 0] as const;
const fail = ["fail", "interval-outside", 1] as const;
const unknown = (code: ReasonCode) => ["inconclusive", code, 3] as const;

const CASES: readonly Case[] = [
  { number: 0, name: "a healthy service", series: [target()], expected: pass },
  {
    number: 0,
    name: "a healthy service of two instances",
    series: [target(), target({ instance: "b:80" })],
    expected: pass,
  },
  {
    number: 0,
    name: "a service that fails one request in ten",
    series: [target({ failed: (i) => 8 * i })],
    expected: fail,
  },
  { number: 1, name: "no data at all", series: [target({ job: "other" })], expected: unknown("no-data") },
  {
    number: 3,
    name: "a NaN sample",
    series: [target({ failed: (_, at) => (inWindow(at, 200, 215) ? Number.NaN : 0) })],
    expected: unknown("bad-sample"),
  },
  {
    number: 5,
    name: "an infinite sample",
    series: [target({ ok: (i, at) => (inWindow(at, 200, 999) ? Infinity : steady(i)) })],
    expected: unknown("bad-sample"),
  },
  {
    number: 6,
    name: "a negative sample",
    series: [target({ failed: (_, at) => (inWindow(at, 200, 999) ? -5 : -7) })],
    expected: unknown("bad-sample"),
  },
  {
    number: 8,
    name: "several series, one of them bad",
    series: [target({ more: { 'http_requests_total status="503"': (i) => 6 * i } })],
    expected: fail,
  },
  {
    number: 9,
    name: "two instances, one of them bad",
    series: [target(), target({ instance: "b:80", failed: (i) => 6 * i })],
    expected: fail,
  },
  {
    number: 10,
    name: "a counter that starts again",
    series: [target({ ok: (i, at) => (inWindow(at, 300, 999) ? 75 * i - 1500 : steady(i)) })],
    expected: unknown("counter-reset"),
  },
  {
    number: 11,
    name: "an error counter that is born at 400, and stays there",
    series: [target({ failed: (_, at) => (inWindow(at, 300, 999) ? 400 : null) })],
    expected: fail,
  },
  {
    number: 12,
    name: "an error counter with a label that there is not",
    series: [target()],
    slo: { part: 'http_requests_total{job="api",code=~"5.."}' },
    expected: unknown("no-data"),
  },
  {
    number: 13,
    name: "a wrong job label",
    series: [target()],
    slo: { total: 'http_requests_total{job="apl"}' },
    expected: unknown("no-data"),
  },
  {
    number: 14,
    name: "a metric whose name has a typo",
    series: [target()],
    slo: { total: 'http_request_total{job="api"}' },
    expected: unknown("no-data"),
  },
  { number: 15, name: "no traffic", series: [target({ ok: () => 1000 })], expected: unknown("no-traffic") },
  {
    number: 16,
    name: "two samples in the whole window",
    series: [target({ up: (i) => (i < 4 ? 1 : null), ok: (i) => (i < 4 ? steady(i) : null) })],
    expected: unknown("window-not-covered"),
  },
  {
    number: 17,
    name: "too few events",
    series: [target({ ok: (i) => 1000 + 2 * i })],
    expected: unknown("interval-straddles"),
  },
  {
    number: 18,
    name: "a target that is down half the window",
    series: [
      target({
        up: (_, at) => (inWindow(at, 150, 450) ? 0 : 1),
        ok: (i, at) => (inWindow(at, 150, 450) ? null : steady(i)),
        failed: (_, at) => (inWindow(at, 150, 450) ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 19,
    name: "a replica that vanishes",
    series: [
      target(),
      target({
        instance: "b:80",
        up: (_, at) => (at > FROM + 300 ? null : 1),
        ok: (i, at) => (at > FROM + 300 ? null : steady(i)),
        failed: (_, at) => (at > FROM + 300 ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 20,
    name: "an error counter that is no longer exported while its target is up",
    series: [target({ failed: (_, at) => (at > FROM + 300 ? null : 3) })],
    expected: unknown("counter-reset"),
  },
  {
    number: 20,
    name: "a counter that misses the scrape at the window's beginning and then goes on",
    series: [target({ ok: (i, at) => (inWindow(at, -30, 20) ? null : steady(i) + 1e6), failed: (i) => i })],
    expected: unknown("window-not-covered"),
  },
  {
    number: 21,
    name: "a Prometheus that was away for two minutes",
    series: [
      target({
        up: (_, at) => (inWindow(at, 200, 320) ? null : 1),
        ok: (i, at) => (inWindow(at, 200, 320) ? null : steady(i)),
        failed: (_, at) => (inWindow(at, 200, 320) ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a replica whose metrics can't be scraped",
    series: [target(), target({ instance: "b:80", up: () => 0, ok: () => null, failed: () => null })],
    expected: unknown("window-not-covered"),
  },
  {
    number: 30,
    name: "samples that have not come up to the window's end",
    series: [
      target({
        up: (_, at) => (at > TO - 60 ? null : 1),
        ok: (i, at) => (at > TO - 60 ? null : steady(i)),
        failed: (_, at) => (at > TO - 60 ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 32,
    name: "a window between two scrapes",
    series: [target()],
    window: [String(FROM + 4), String(FROM + 14)],
    expected: unknown("window-not-covered"),
  },
  {
    number: 34,
    name: "a threshold that is no bucket's edge",
    series: [
      target({
        more: {
          'latency_seconds_bucket le="0.25"': steady,
          latency_seconds_count: steady,
        },
      }),
    ],
    slo: {
      kind: "good",
      part: 'latency_seconds_bucket{job="api",le="0.3"}',
      total: 'latency_seconds_count{job="api"}',
    },
    expected: unknown("no-data"),
  },
  {
    number: 50,
    name: "what two Prometheis have of the same instance",
    series: [target({ labels: { prometheus: "p0" } }), target({ labels: { prometheus: "p1" } })],
    expected: unknown("window-not-covered"),
  },
];

const caseLabel = (index: number): string => `c${index}`;
let history: History;
const undo: (() => unknown)[] = [];

beforeAll(async () => {
  history = await startHistory(
    CASES.flatMap(({ series }, index) =>
      series.flat().map(({ labels, samples }) => ({ labels: { ...labels, case: caseLabel(index) }, samples })),
    ),
  );
});
afterAll(() => history?.stop());
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const AVAILABILITY = {
  name: "availability",
  part: 'http_requests_total{job="api",status=~"5.."}',
  total: 'http_requests_total{job="api"}',
} as const;

/** A folder with one SLO; removed when the test ends. */
function projectOf(slo: Case["slo"] = {}): string {
  const folder = folderOf({ "slo.yaml": sloText({ ...AVAILABILITY, ...slo }) });
  undo.push(() => folder.remove());
  return folder.dir;
}

interface Asked {
  readonly url?: string;
  readonly dir?: string;
  readonly window?: readonly [string, string];
  readonly index?: number;
  readonly more?: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
}

/** Asks about the healthy service, unless another case is named. */
function ask({ url, dir, window, index = 0, more = ["--json"], vars }: Asked): Promise<GateAnswer> {
  const [from, to] = window ?? [String(FROM), new Date(TO * 1000).toISOString()];
  return callGate(
    dir ?? projectOf(),
    `--slo slo.yaml --prometheus ${url ?? history.url} --from ${from} --to ${to} --label case=${caseLabel(index)}`
      .split(" ")
      .concat(more),
    vars,
  );
}

describe("a window of a real Prometheus", () => {
  test.each(CASES.map((one, index) => [one.number, one.name, one, index] as const))(
    "%i: %s",
    async (_number, _name, { slo, window, expected }, index) => {
      const answer = await ask({ dir: projectOf(slo), index, ...(window === undefined ? {} : { window }) });
      expect(answer.stderr).toBe("");
      const verdict = verdictOf(answer);
      const reason = verdict.objectives[0]?.reason;
      expect([verdict.verdict, reason?.code, answer.exitCode], reason?.message).toEqual(expected);
    },
  );

  test("counts exactly what happened between the scrapes around its edges", async () => {
    const { objectives, prometheus } = verdictOf(await ask({}));
    // From 12 s before the window to 12 s before its end: 40 steps of 75 requests.
    expect(objectives[0]).toMatchObject({
      events: { good: 3000, total: 3000 },
      windowCovered: { from: FROM - 12, to: TO - 12 },
      instancesSeen: ["api/a:80"],
    });
    expect(prometheus).toMatchObject({ scrapeIntervalSeconds: 15, version: expect.stringMatching(/^\d/) as string });
  });

  test("neighbouring windows count every event once", async () => {
    const middle = String(FROM + 307);
    const counted = await Promise.all(
      [
        [String(FROM), middle],
        [middle, String(TO)],
      ].map(async ([from = "", to = ""]) => verdictOf(await ask({ window: [from, to] })).objectives[0]?.events?.total),
    );
    expect(counted.reduce((sum: number, one) => sum + (one ?? 0), 0)).toBe(3000);
  });

  test("that ends now is not judged where the data ended long ago", async () => {
    const answer = await ask({ window: ["-10m", "now"] });
    expect(answer.exitCode).toBe(3);
    expect(verdictOf(answer).objectives[0]?.reason.code).toBe("no-data");
  });

  test("leaves its files, and removes those of an earlier gate before anything else", async () => {
    const dir = projectOf();
    expect((await ask({ dir, more: ["--out", "out"] })).exitCode).toBe(0);
    const read = (file: string): string => readFileSync(join(dir, "out", file), "utf8");
    expect(JSON.parse(read("verdict.json"))).toMatchObject({ schemaVersion: 1, kind: "gate", verdict: "pass" });
    expect(JSON.parse(read("evidence.json"))).toMatchObject({ kind: "gate", counters: [{}, {}] });
    expect(read("summary.md")).toMatch(/^## ✅ Pass: 1 objective met\n/);
    expect(read("junit.xml")).toContain('name="availability in window"');
    writeFileSync(join(dir, "slo.yaml"), "kind: SLO\n");
    expect((await ask({ dir, more: ["--out", "out"] })).exitCode).toBe(2);
    expect(existsSync(join(dir, "out", "verdict.json"))).toBe(false);
  });

  test("is told in a line, a row for each objective, and every step if asked", async () => {
    const { stdout } = await ask({ more: ["--explain", "availability"] });
    expect(stdout).toMatch(/^PASS {2}1 objective met\n {2}PASS {2}availability {2}99 % promised {2}100 % seen/);
    expect(stdout).toMatch(
      / {3}bad {3}http_requests_total\{job="api",status=~"5..",case="c0"\}: 1 series, \d+ samples/,
    );
    expect(stdout).toMatch(/api\/a:80: \d+ scrapes, 0 failed; .* 40 steps, 0 restarts, 0 gaps/);
    expect(stdout).toContain("+3000");
    expect(stdout).toContain("4. sum: 3,000 good of 3,000 events");
  });

  test("takes the targets and the confidence of a gate file", async () => {
    const dir = projectOf();
    writeFileSync(
      join(dir, "gate.yaml"),
      "apiVersion: proofload.dev/v1\nkind: Gate\nmetadata: { name: g }\nspec:\n  confidence: 0.99\n" +
        "  objectives: [{ slo: availability, phases: [baseline], target: 0.9999 }]\n",
    );
    const verdict = verdictOf(await ask({ dir, more: ["--json", "--gate", "gate.yaml"] }));
    expect(verdict).toMatchObject({ verdict: "inconclusive", confidence: 0.99, objectives: [{ target: 0.9999 }] });
  });
});

type Trick = (request: IncomingMessage, response: ServerResponse, forward: () => Promise<void>, nth: number) => unknown;

/** A proxy before the real Prometheus that plays a trick on every query of raw samples, and forwards everything else. */
async function proxyWith(
  trick: Trick,
  on: (body: string) => boolean = (body) => body.includes("ms]"),
): Promise<string> {
  let tricks = 0;
  const server = await startServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const forward = async (): Promise<void> => {
        const given = { method: request.method ?? "GET", ...(body === "" ? {} : { body }) };
        const type = { "content-type": "application/x-www-form-urlencoded" };
        const reply = await fetch(`${history.url}${request.url ?? ""}`, { ...given, headers: type });
        response.writeHead(reply.status, { "content-type": "application/json" }).end(await reply.text());
      };
      if (on(decodeURIComponent(body))) void trick(request, response, forward, (tricks += 1));
      else void forward();
    });
  });
  undo.push(() => server.stop());
  return server.url;
}

const json = (response: ServerResponse, status: number, body: unknown): unknown =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

/** The true answer with something added. */
const adding =
  (more: object): Trick =>
  async (request, response) => {
    void request;
    const query = { query: `http_requests_total{case="c0"}[900s]`, time: String(TO) };
    const reply = await fetch(`${history.url}/api/v1/query?${new URLSearchParams(query).toString()}`);
    json(response, 200, { ...((await reply.json()) as object), ...more });
  };

const TRICKS: readonly (readonly [number, string, Trick, readonly [VerdictWord, ReasonCode, number]])[] = [
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
  [26, "a result cut by a limit", adding({ warnings: ["results truncated due to limit"] }), unknown("query-warning")],
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
  [27, "a 401", (_, response) => response.writeHead(401).end("no"), ["error", "credentials-refused", 4]],
  [27, "a 403", (_, response) => response.writeHead(403).end("no"), ["error", "credentials-refused", 4]],
  [
    28,
    "a 422",
    (_, response) => json(response, 422, { status: "error", errorType: "execution", error: "too many samples" }),
    unknown("query-failed"),
  ],
  [29, "a 503 that stays", (_, response) => response.writeHead(503).end("x"), ["error", "prometheus-unreachable", 4]],
  [
    29,
    "an answer that is cut off",
    (_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"status":"succ', () => response.destroy());
    },
    ["error", "prometheus-unreachable", 4],
  ],
  [
    29,
    "half an answer that looks whole",
    (_, response) => response.writeHead(200).end('{"status":"success","data":{"resultType":"matrix","result":['),
    unknown("query-failed"),
  ],
  [29, "no answer in time", () => undefined, ["error", "prometheus-unreachable", 4]],
];

describe("a Prometheus behind a proxy", () => {
  test.each(TRICKS)("%i: %s never passes", async (_number, _name, trick, expected) => {
    const answer = await ask({ url: await proxyWith(trick), more: ["--json", "--timeout", "500ms"] });
    const verdict = verdictOf(answer);
    const reason = verdict.objectives[0]?.reason;
    expect([verdict.verdict, reason?.code, answer.exitCode], reason?.message).toEqual(expected);
    expect(answer.stdout).not.toContain("token=x");
  });

  test("29: two 503 and then an answer pass, and the evidence says how often it was asked", async () => {
    const dir = projectOf();
    const url = await proxyWith((_, response, forward, nth) =>
      nth <= 2 ? response.writeHead(503).end("starting") : forward(),
    );
    const answer = await ask({ dir, url, more: ["--json", "--out", "out"] });
    expect(answer.exitCode).toBe(0);
    const evidence = JSON.parse(readFileSync(join(dir, "out", "evidence.json"), "utf8")) as {
      counters: { outcome: { retries?: number } }[];
    };
    const retries = evidence.counters.map(({ outcome }) => outcome.retries ?? 0);
    expect(retries.reduce((sum, one) => sum + one, 0)).toBe(2);
  });

  test("31: whose clock is off is refused where the window is told by this machine's", async () => {
    const ahead: Trick = (_, response) => {
      const at = Date.now() / 1000 + 120;
      json(response, 200, { status: "success", data: { resultType: "scalar", result: [at, String(at)] } });
    };
    const url = await proxyWith(ahead, (body) => body.includes("time()"));
    const now = Date.now() / 1000;
    const relative = verdictOf(await ask({ url, window: [`-${Math.round(now - FROM)}s`, String(TO)] }));
    expect(relative.objectives[0]?.reason.code).toBe("clock-skew");
    expect(relative.prometheus.skewSeconds).toBeCloseTo(120, 0);
    expect((await ask({ url })).exitCode).toBe(0);
  });

  test("is sent credentials, headers and a path prefix, and none of them is shown", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const server = await startServer((request, response) => {
      seen.push(request.headers);
      const path = request.url ?? "";
      const status = path.startsWith("/prometheus/api/") ? 401 : 404;
      response.writeHead(status).end(JSON.stringify({ status: "error", errorType: "auth", error: "tok3n-s3cret" }));
    });
    undo.push(() => server.stop());
    const dir = projectOf();
    writeFileSync(join(dir, "headers"), "# tenant\nX-Scope-OrgID: team-a-secret\n");
    const url = `${server.url.replace("http://", "http://user:p%40ssw0rd@")}/prometheus/`;
    const byUrl = await ask({ dir, url, more: ["--json", "--header-file", "headers", "--out", "out"] });
    const basic = Buffer.from("user:p@ssw0rd").toString("base64");
    expect(seen[0]).toMatchObject({ authorization: `Basic ${basic}`, "x-scope-orgid": "team-a-secret" });
    const vars = { PROOFLOAD_PROMETHEUS_TOKEN: "tok3n-s3cret" };
    const byToken = await ask({ dir, url: `${server.url}/prometheus`, vars });
    expect(seen.at(-1)).toMatchObject({ authorization: "Bearer tok3n-s3cret" });
    const files = ["verdict.json", "evidence.json", "summary.md", "junit.xml"].map((file) =>
      readFileSync(join(dir, "out", file), "utf8"),
    );
    const all = [byUrl.stdout, byUrl.stderr, byToken.stdout, byToken.stderr, ...files].join("\n");
    expect(all).not.toMatch(/ssw0rd|tok3n|team-a-secret/);
    expect(all).not.toContain(basic);
    expect(byUrl.exitCode).toBe(4);
  });

  test("is trusted by its authority, and shown a certificate", async () => {
    const dir = projectOf();
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const files = ["-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")];
    await execa("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files]);
    const [key, cert] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(dir, file), "utf8"));
    const options = { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true };
    const plain = await proxyWith((_request, _response, forward) => forward());
    const server = createServer(options, (request, response) => {
      const parts = {
        method: request.method ?? "GET",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      };
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        void fetch(`${plain}${request.url ?? ""}`, { ...parts, ...(body === "" ? {} : { body }) }).then(async (reply) =>
          response.writeHead(reply.status).end(await reply.text()),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    undo.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const trusted = ["--json", "--ca-file", "cert.pem"];
    expect((await ask({ dir, url })).exitCode).toBe(4);
    expect((await ask({ dir, url, more: trusted })).exitCode).toBe(4);
    const answer = await ask({ dir, url, more: [...trusted, "--cert-file", "cert.pem", "--key-file", "key.pem"] });
    expect([answer.exitCode, answer.stderr]).toEqual([0, ""]);
  });

  test("a server that echoes the token gets it into no message", async () => {
    const server = await startServer((request, response) =>
      json(response, 422, { status: "error", errorType: "x", error: `you sent ${request.headers.authorization}` }),
    );
    undo.push(() => server.stop());
    const { stdout } = await ask({ url: server.url, vars: { PROOFLOAD_PROMETHEUS_TOKEN: "tok3n-s3cret" } });
    expect(stdout).toContain("you sent Bearer ***");
  });
});

describe("a question that is wrong ends with 2 and says why", () => {
  test.each<readonly [number, string, readonly string[], RegExp]>([
    [38, "no SLO file", ["--slo", "none.yaml"], /there is no none\.yaml/],
    [39, "a label that is none", ["--label", "x"], /--label: expected a label/],
    [39, "a confidence in percent", ["--confidence", "95"], /--confidence: expected a share/],
    [39, "a window that is the wrong way round", ["--from", String(TO), "--to", String(FROM)], /is not before --to/],
    [39, "a window in the future", ["--to", "2999-01-01T00:00:00Z"], /is in the future/],
    [39, "milliseconds", ["--from", "1735725600000"], /looks like milliseconds/],
    [39, "a day that there is not", ["--from", "2024-02-30T00:00:00Z"], /expected a time/],
    [39, "an unknown SLO to explain", ["--explain", "availabilty"], /no SLO is called 'availabilty'\nDid you mean/],
    [39, "a URL that is none", ["--prometheus", "user:secret@host"], /expected an http or https URL/],
  ])("%i: %s", async (_number, _name, more, message) => {
    const answer = await ask({ url: "http://127.0.0.1:1", more });
    expect(answer.stderr).toMatch(message);
    expect(answer.stderr).not.toContain("secret");
    expect(answer.exitCode).toBe(2);
    expect(answer.stdout).toBe("");
  });

  test("nobody at the address is 4, and an error", async () => {
    const answer = await ask({ url: "http://127.0.0.1:1" });
    expect(answer.exitCode).toBe(4);
    expect(verdictOf(answer).verdict).toBe("error");
  });
});
