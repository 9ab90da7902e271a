import { describe, expect, test } from "vitest";

import type { Env } from "../env.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { OPEN_ACCESS, withoutSecrets } from "./access.ts";
import type { PrometheusAccess } from "./access.ts";
import { createAsk } from "./ask.ts";
import type { Ask } from "./ask.ts";

const whole = (more: object = {}): Response =>
  Response.json({ status: "success", data: { resultType: "matrix", result: [] }, ...more });

function asking(
  answer: (nth: number, init: RequestInit) => Response | Promise<Response>,
  access: Partial<PrometheusAccess> = {},
): { readonly ask: Ask; readonly asked: () => number } {
  let asked = 0;
  const fetch = (async (_url: unknown, init: RequestInit) => answer((asked += 1), init)) as unknown as Env["fetch"];
  const ask = createAsk({ fetch, clock: createVirtualClock() }, "http://p", { ...OPEN_ACCESS, ...access });
  return { ask, asked: () => asked };
}

describe("a query", () => {
  test("is sent with what every query needs", async () => {
    let sent: RequestInit = {};
    const headers = { "X-Scope-OrgID": "a" };
    const parameters = { partial_response: "false" };
    const { ask } = asking((_, init) => ((sent = init), whole()), { headers, parameters });
    await ask("/api/v1/query", { query: "up" });
    expect(sent.headers).toMatchObject(headers);
    expect(sent.body).toBe("query=up&partial_response=false");
  });

  test.each([429, 502, 503, 504])("is asked again after a %i, and says how often", async (status) => {
    const { ask } = asking((nth) => (nth < 3 ? new Response("busy", { status }) : whole()));
    expect(await ask("/q", {})).toMatchObject({ kind: "ok", retries: 2 });
  });

  test("is asked three times at the most", async () => {
    const { ask, asked } = asking(() => new Response("starting", { status: 503 }));
    expect(await ask("/q", {})).toMatchObject({
      kind: "unreachable",
      message: expect.stringContaining("3 times") as string,
    });
    expect(asked()).toBe(3);
  });

  test("says why it is asked again, without secrets, and nothing after the last time", async () => {
    const told: string[] = [];
    const refuse = () => Promise.reject(new Error("s3cret is refused"));
    const { ask } = asking(refuse, { secrets: ["s3cret"], onRetry: (why) => void told.push(why) });
    await ask("/q", {});
    expect(told).toEqual(["http://p did not answer: *** is refused", "http://p did not answer: *** is refused"]);
  });

  test.each([400, 401, 403, 422])("is not asked again after a %i", async (status) => {
    const { ask, asked } = asking(() => new Response("no", { status }));
    expect((await ask("/q", {})).kind).not.toBe("ok");
    expect(asked()).toBe(1);
  });

  test("waits while six others are under way", async () => {
    let [now, most] = [0, 0];
    const { ask } = asking(async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return whole();
    });
    await Promise.all(Array.from({ length: 30 }, () => ask("/q", {})));
    expect(most).toBe(6);
  });

  test("gives away no secret that a server repeats", async () => {
    const warned = asking(() => whole({ warnings: ["you sent s3cret"] }), { secrets: ["s3cret"] });
    expect(await warned.ask("/q", {})).toMatchObject({ warnings: ["you sent ***"] });
    const refused = asking(() => new Response("s3cret?", { status: 400 }), { secrets: ["s3cret"] });
    expect(JSON.stringify(await refused.ask("/q", {}))).not.toContain("s3cret");
  });
});

test("of two secrets the longer one goes first", () => {
  expect(withoutSecrets("abcd abc", ["abc", "abcd", ""])).toBe("*** ***");
});
