import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { FIRST, FROM, scrapes, STEP, target, TO } from "./nasty/series.ts";
import { json, labelOf, startWorld } from "./nasty/world.ts";
import type { Asked, Trick, World } from "./nasty/world.ts";
import type { GateVerdict } from "../lib/run/verdict.ts";
import { callGate, sloText, verdictOf } from "./support/gate.ts";
import type { GateAnswer } from "./support/gate.ts";
import { startServer } from "./support/project.ts";

/** How the gate is asked and answers; what it says of any window is in nasty-inputs.test.ts. */
let world: World;
const OF_REQUESTS = { part: 'http_requests_total{status="500"}', total: "http_requests_total" };
/** The same service, scraped by two Prometheis, one of which sees it 2 s later. */
const REPLICAS = [
  target({ labels: { replica: "a" } }),
  target({ labels: { replica: "b" }, times: scrapes(FIRST + 2, TO + 120, STEP) }),
];
beforeAll(async () => {
  world = await startWorld([{ series: [target()] }, { series: REPLICAS }]);
});
afterAll(() => world?.stop());
afterEach(() => world.tidy());

/** Asks about a healthy service. */
const ask = (asked: Partial<Asked>): Promise<GateAnswer> => world.ask({ label: labelOf(0), ...asked });

describe("a window of a real Prometheus", () => {
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
    const dir = world.project();
    expect((await ask({ dir, more: ["--out", "out"] })).exitCode).toBe(0);
    const read = (file: string): string => readFileSync(join(dir, "out", file), "utf8");
    expect(JSON.parse(read("verdict.json"))).toMatchObject({ schemaVersion: 1, kind: "gate", verdict: "pass" });
    expect(JSON.parse(read("evidence.json"))).toMatchObject({ kind: "gate", counters: [{}, {}] });
    expect(read("summary.md")).toMatch(/^## ✅ Pass: 1 objective met\n/);
    expect(read("junit.xml")).toContain('name="availability in window"');
    expect(read("report.html")).toMatch(/class="word">Pass<.*<dt>Version<\/dt><dd>\d+\.\d+/);
    writeFileSync(join(dir, "slo.yaml"), "kind: SLO\n");
    expect((await ask({ dir, more: ["--out", "out"] })).exitCode).toBe(2);
    expect(existsSync(join(dir, "out", "verdict.json"))).toBe(false);
  });

  test("is told in a line, a row for each objective, and every step if asked", async () => {
    const { stdout } = await ask({ more: ["--explain", "availability"] });
    expect(stdout).toMatch(
      /^PASS {2}1 objective met\n +objective .*\n {2}PASS {2}availability {2}99 % +100 % \(99\.9 % to 100 %\) +3,000 +10 min of 10 min {2}interval-inside\n/,
    );
    expect(stdout).toMatch(
      / {3}bad {3}http_requests_total\{job="api",status=~"5..",case="c0"\}: 1 series, \d+ samples/,
    );
    expect(stdout).toMatch(/api\/a:80: \d+ scrapes, 0 failed; .* 40 steps, 0 restarts, 0 gaps/);
    expect(stdout).toContain("+3000");
    expect(stdout).toContain("4. sum: 3,000 good of 3,000 events");
  });

  test.each(["", "phases: [baseline], "])("takes the targets and the confidence of a gate file: %s", async (phases) => {
    const dir = world.project();
    writeFileSync(
      join(dir, "gate.yaml"),
      "apiVersion: proofload.dev/v1\nkind: Gate\nmetadata: { name: g }\nspec:\n  confidence: 0.99\n" +
        `  objectives: [{ slo: availability, ${phases}target: 0.9999 }]\n`,
    );
    const verdict = verdictOf(await ask({ dir, more: ["--json", "--gate", "gate.yaml"] }));
    expect(verdict).toMatchObject({ verdict: "inconclusive", confidence: 0.99, objectives: [{ target: 0.9999 }] });
  });
});

describe("several SLO files", () => {
  const files = (): string => {
    const dir = world.project();
    writeFileSync(join(dir, "two.yaml"), sloText({ name: "two", ...OF_REQUESTS }));
    return dir;
  };
  const judged = (answer: GateAnswer) => verdictOf(answer).objectives.map(({ slo }) => slo);

  test.each([
    ["after one option", ["--slo", "slo.yaml", "two.yaml"]],
    ["each with an option", ["--slo", "slo.yaml", "--slo", "two.yaml"]],
    ["and the folder that they are in", ["--slo", "two.yaml", "--slo", "."]],
  ])("are all judged, each once: %s", async (_name, more) => {
    const answer = await ask({ dir: files(), more: ["--json", ...more] });
    expect(judged(answer).toSorted()).toEqual(["availability", "two"]);
    expect(answer.exitCode).toBe(0);
  });

  test("are none where one is not there", async () => {
    const { exitCode, stderr } = await ask({ dir: files(), more: ["--slo", "three.yaml"] });
    expect([exitCode, stderr]).toEqual([2, "proofload: --slo: there is no three.yaml\n"]);
  });

  test("of two gate files, none goes unheard", async () => {
    const { exitCode, stderr } = await ask({ dir: files(), more: ["--gate", "a.yaml", "--gate", "b.yaml"] });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("'--gate <file>' argument 'b.yaml' is invalid. It is given twice.");
  });
});

describe("a Prometheus behind a proxy", () => {
  test("two 503 and then an answer pass, and the evidence says how often it was asked", async () => {
    const dir = world.project();
    const url = await world.proxy((_, response, forward, nth) =>
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

  test("whose clock is off is told of, and does no harm to a window that was asked by absolute times", async () => {
    const ahead: Trick = (_, response) => {
      const at = Date.now() / 1000 + 120;
      json(response, 200, { status: "success", data: { resultType: "scalar", result: [at, String(at)] } });
    };
    const url = await world.proxy(ahead, (body) => body.includes("time()"));
    const answer = await ask({ url });
    expect(verdictOf(answer).prometheus.skewSeconds).toBeCloseTo(120, 0);
    expect(answer.exitCode).toBe(0);
  });

  test("that is a VictoriaMetrics is asked for its answer of now, and not of half a minute ago", async () => {
    const late = (body: string): boolean => body.includes("time()") && !/latency_offset=1ms/.test(body);
    const url = await world.proxy((_, response) => {
      const at = Date.now() / 1000 - 30;
      json(response, 200, { status: "success", data: { resultType: "scalar", result: [at, String(at)] } });
    }, late);
    expect(verdictOf(await ask({ url })).prometheus.skewSeconds).toBeCloseTo(0, 0);
  });

  test("that takes the replica's label off, as Thanos does, is asked for the scrapes of the replica that was named", async () => {
    const off: Trick = (_request, _response, forward) =>
      forward((answer) => ({
        ...answer,
        data: {
          ...answer.data,
          result: answer.data.result.map(({ metric, ...rest }) => ({
            ...rest,
            metric: Object.fromEntries(Object.entries(metric).filter(([name]) => name !== "replica")),
          })),
        },
      }));
    const url = await world.proxy(off, (body) => /job|up\{/.test(body));
    const some = { url, label: labelOf(1) };
    const { verdict, objectives } = verdictOf(await ask({ ...some, more: ["--json", "--label", "replica=b"] }));
    expect([verdict, objectives[0]?.events?.total], objectives[0]?.reason.message).toEqual(["pass", 3000]);
    // All of both, which is no deduplication.
    expect(verdictOf(await ask(some)).verdict).toBe("inconclusive");
  });

  test("is sent credentials, headers and a path prefix, and none of them is shown", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const server = await startServer((request, response) => {
      seen.push(request.headers);
      const path = request.url ?? "";
      const status = path.startsWith("/prometheus/api/") ? 401 : 404;
      response.writeHead(status).end(JSON.stringify({ status: "error", errorType: "auth", error: "tok3n-s3cret" }));
    });
    world.later(() => server.stop());
    const dir = world.project();
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
    const dir = world.project();
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
    const files = ["-keyout", join(dir, "key.pem"), "-out", join(dir, "cert.pem")];
    await execa("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...files]);
    const [key, cert] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(dir, file), "utf8"));
    const options = { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true };
    const plain = await world.proxy((_request, _response, forward) => forward());
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
    world.later(() => {
      server.closeAllConnections();
      server.close();
    });
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
    world.later(() => server.stop());
    const { stdout } = await ask({ url: server.url, vars: { PROOFLOAD_PROMETHEUS_TOKEN: "tok3n-s3cret" } });
    expect(stdout).toContain("you sent Bearer ***");
  });
});

describe("a question that is wrong ends with 2 and says why", () => {
  test.each<readonly [string, readonly string[], RegExp]>([
    ["an unknown SLO to explain", ["--explain", "availabilty"], /no SLO is called 'availabilty'\nDid you mean/],
    ["a URL that is none", ["--prometheus", "user:secret@host"], /expected an http or https URL/],
  ])("%s", async (_name, more, message) => {
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

  test.each([
    ["a server that refuses", 401, "credentials-refused", "ERROR", 4],
    ["a login page", 200, "query-failed", "INCONCLUSIVE", 3],
  ] as const)("%s is told once, however many objectives there are", async (_name, status, code, word, exitCode) => {
    const server = await startServer((_request, response) => void response.writeHead(status).end("please sign in"));
    world.later(() => server.stop());
    const dir = world.project();
    const names = ["one", "two", "three"];
    writeFileSync(join(dir, "many.yaml"), names.map((name) => sloText({ name, ...OF_REQUESTS })).join("---\n"));
    const window = ["--from", String(FROM), "--to", String(TO), "--out", "out"];
    const answer = await callGate(dir, ["--slo", "many.yaml", "--prometheus", server.url, ...window]);
    expect(answer.exitCode).toBe(exitCode);
    const why = `no Prometheus answers on ${server.url}: status ${status}`;
    expect(answer.stdout.split(why)).toHaveLength(2);
    expect(answer.stdout.startsWith(`${word}  ${why}`)).toBe(true);
    const { reasons, objectives } = JSON.parse(readFileSync(join(dir, "out", "verdict.json"), "utf8")) as GateVerdict;
    expect(reasons).toMatchObject([{ code, message: expect.stringContaining(why) as string }]);
    expect(objectives.map(({ slo, reason }) => [slo, reason.code])).toEqual(names.map((name) => [name, code]));
    expect(readFileSync(join(dir, "out", "junit.xml"), "utf8").split(`<error type="${code}"`)).toHaveLength(4);
  });
});
