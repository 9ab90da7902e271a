import { describe, expect, test } from "vitest";

import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { selectorsOf } from "../promql/expression.ts";
import { readBy } from "./scraped-jobs.ts";

const of = (job: string, instance: string): SeriesSamples => ({ labels: { job, instance }, samples: [[1, 1]] });
const UP = [of("api", "a"), of("api", "b"), of("web", "w")];

/** The instances that an expression may have read, of which these series were there. */
function read(query: string, ...series: readonly SeriesSamples[]): string {
  const presences = selectorsOf([query]).map((selector) => ({ selector, series }));
  return readBy(presences, UP)
    .map(({ labels }) => labels["instance"])
    .join("");
}

describe("the instances that an expression may have read", () => {
  test("are those of the jobs and the instances that it names, whether they have it or not", () => {
    expect(read('max(q{job="api"})', of("api", "a"))).toBe("ab");
    expect(read('max(q{job="api",instance!="a"})', of("api", "b"))).toBe("b");
    for (const names of ["api|web", "(api|web)", "(?:web|api)"]) {
      expect(read(`max(q{job=~"${names}"})`, of("web", "w"))).toBe("abw");
    }
    expect(read('max(q{job="api"}) + max(r{job="web"})', of("api", "a"))).toBe("abw");
  });

  test("are those of the jobs that have it, where it names none", () => {
    expect(read("max(q)", of("api", "a"))).toBe("ab");
    expect(read('max(q{job=~"a.*|web"})', of("web", "w"))).toBe("w");
    expect(read('max(q{instance=~"[aw]"})', of("api", "a"), of("web", "w"))).toBe("aw");
  });

  test("are all, where what it reads is of no job", () => {
    expect(read("max(q)", { labels: {}, samples: [[1, 1]] })).toBe("abw");
  });
});
