import { text } from "node:stream/consumers";

import { afterEach, expect, test } from "vitest";

import type { RunRecord } from "../../lib/run/record.ts";
import { CUT_SHORT, PASSING } from "../../reports/testing/fixtures.ts";
import { startServer, type TestServer } from "../../tests/support/project.ts";
import { annotationsOf, publishGrafana, type Annotation } from "./grafana.ts";

let server: TestServer | undefined;
afterEach(() => server?.stop());

test("a run and each of its faults become a region", () => {
  const [run, ...faults] = annotationsOf(PASSING);
  expect(run?.tags).toEqual(["proofload", "service:checkout", "scenario:ci", "verdict:pass"]);
  expect(run?.text).toBe(`${PASSING.verdict.runId}: ${PASSING.verdict.summary}`);
  const [started, ended] = [PASSING.events[0]?.at ?? 0, PASSING.events.at(-1)?.at ?? 0];
  expect([run?.time, run?.timeEnd]).toEqual([Math.round(started * 1000), Math.round(ended * 1000)]);
  expect(faults.map(({ time, timeEnd }) => (timeEnd - time) / 1000)).toEqual([10.3, 1.6]);
  expect(faults[1]?.tags).toEqual(["proofload", "service:checkout", "scenario:ci", "fault", "kind:process-kill"]);
});

test("a fault that nobody saw end lasts to the run's end; one that never was has no region", () => {
  const [run, ...faults] = annotationsOf(CUT_SHORT);
  expect(run?.tags).toContain("verdict:error");
  expect(faults).toHaveLength(1);
  expect(faults[0]?.timeEnd).toBe(run?.timeEnd);
});

test("names can't become markup", () => {
  const record: RunRecord = { ...PASSING, verdict: { ...PASSING.verdict, summary: "<img src=x onerror=a()>&" } };
  expect(annotationsOf(record)[0]?.text).toMatch(/: &lt;img src=x onerror=a\(\)&gt;&amp;$/);
});

test("they are posted one by one, below the path of the URL", async () => {
  const asked: { readonly url: string; readonly authorization: string; readonly annotation: Annotation }[] = [];
  server = await startServer((request, response) => {
    void text(request).then((body) => {
      asked.push({
        url: `${request.method} ${request.url}`,
        authorization: request.headers.authorization ?? "",
        annotation: JSON.parse(body) as Annotation,
      });
      response.setHeader("content-type", "application/json");
      response.end('{"message":"Annotation added","id":1}');
    });
  });
  const vars = { PROOFLOAD_GRAFANA_URL: `${server.url}/grafana/`, PROOFLOAD_GRAFANA_TOKEN: "t0ken" };
  await publishGrafana({ vars, cwd: "/", fetch }, [PASSING]);
  expect(asked.map(({ url, authorization }) => [url, authorization])).toEqual(
    Array.from({ length: 3 }, () => ["POST /grafana/api/annotations", "Bearer t0ken"]),
  );
  expect(asked.map(({ annotation }) => annotation)).toEqual(annotationsOf(PASSING));
});
