import { describe, expect, test } from "vitest";

import { jobsQuery, presenceQuery } from "./presence-query.ts";

const scraped = (selector: string, kept: Readonly<Record<string, string>> = {}): string =>
  presenceQuery(selector, { countedBy: "service", lookBackSeconds: 37.5, kept });

describe("whether a selector's series were there", () => {
  test("is asked for each instance, and of a recording rule as of any instant vector", () => {
    expect(scraped('q{job="api"}')).toBe(
      'count by (job, instance) (count_over_time(q{job="api",instance!=""}[37500ms]) or q{job="api",instance=""})',
    );
  });

  test("is asked of what is called like a recording rule as of any instant vector", () => {
    expect(scraped('instance:cpu:rate5m{job="api"}')).toBe('count by (job, instance) (instance:cpu:rate5m{job="api"})');
  });

  test.each([
    [15, "count_over_time(instance:q[75000ms])"],
    [60, "count_over_time(instance:q[187500ms])"],
    [120, "instance:q"],
  ])("is asked of a rule that is evaluated every %d s for as far back as it takes", (recordedEverySeconds, counted) => {
    const question = { countedBy: "service", lookBackSeconds: 37.5, recordedEverySeconds, kept: {} } as const;
    expect(presenceQuery("instance:q", question)).toBe(`count by (job, instance) (${counted})`);
  });

  test("is asked as one of what k6 pushes", () => {
    const question = { countedBy: "caller", lookBackSeconds: 2.5, kept: { testid: "r1" } } as const;
    expect(presenceQuery('k6_vus{testid="r1",scenario="a"}', question)).toBe(
      'count(count_over_time(k6_vus{testid="r1",scenario!=""}[2500ms]))',
    );
  });

  test.each([
    ['{status="500"}', 'status!=""'],
    ['{status=~"5.."}', 'status!=""'],
    ['{status=~"5..",status!~"50[34]"}', 'status!=""'],
    // What fits a series without the label does not ask for it.
    ['{status=""}', ""],
    ['{status=~".*"}', ""],
    ['{status=~"|5.."}', ""],
    ['{status!="200"}', ""],
    ['{status!~"2.."}', ""],
    ['{status!=""}', 'status!=""'],
    ['{status!~".?"}', 'status!=""'],
    // Only RE2 knows that one.
    ['{status=~"(?i:ok)(?-i:x)\\\\pN"}', 'status!=""'],
    // Which series it is, not which of its events.
    ['{job=~"a|b",instance!="c:1",le="0.25",quantile="0.9"}', 'job=~"a|b",instance!="c:1",le="0.25",quantile="0.9"'],
    ['{cluster="eu",zone="eu"}', 'cluster="eu",zone!=""'],
  ])("of any value of a label: q%s", (matchers, widened) => {
    expect(jobsQuery(`q${matchers}`, { cluster: "eu" })).toBe(
      `count by (job) (q${widened === "" ? "" : `{${widened}}`})`,
    );
  });

  test("is asked of names that only quotes can hold", () => {
    expect(jobsQuery('{"my.metric","a.b"="c"}', {})).toBe('count by (job) ({__name__="my.metric","a.b"!=""})');
    expect(jobsQuery('{__name__="q",a=\'b"\'}', { a: 'b"' })).toBe('count by (job) (q{a="b\\""})');
  });
});
