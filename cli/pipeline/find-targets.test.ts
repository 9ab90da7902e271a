import { beforeEach, describe, expect, test } from "vitest";

import { projectSchema } from "../../lib/config/project.ts";
import type { ContainerId } from "../../lib/docker/index.ts";
import type { FaultPlan } from "../../lib/run/plan.ts";
import { createFindTargets } from "./find-targets.ts";

let running: { id: string; name: string; labels: Record<string, string> }[] = [];
const shop = (name: string, labels: Record<string, string> = {}): (typeof running)[number] => ({
  id: `id-${name}`,
  name,
  labels: { app: "shop", "proofload.target": "true", ...labels },
});
beforeEach(() => {
  running = ["shop-3", "shop-1", "shop-2", "shop-4"].map((name) => shop(name));
});

const project = projectSchema.parse({
  apiVersion: "proofload.dev/v1",
  kind: "Project",
  metadata: { name: "shop" },
  spec: {
    service: {
      url: "http://127.0.0.1:8080",
      processes: { api: { container: { image: "api" } } },
      containers: { db: { labels: { role: "db" }, ready: "http://127.0.0.1:5000/" }, cache: { service: "cache" } },
    },
    targets: ["container/db", "container/api"],
  },
});
const base: FaultPlan = {
  name: "kill",
  group: "kill",
  kind: "container-kill",
  nature: "instant",
  target: "1 container with app=shop",
  settings: {},
  startSeconds: 0,
  holdSeconds: 1,
  recoverySeconds: 1,
  callerCounts: true,
};
const select = (take: NonNullable<FaultPlan["select"]>["take"]): FaultPlan => ({
  ...base,
  select: { labels: { app: "shop" }, name: null, service: null, take },
});

interface Radius {
  readonly share?: number;
  readonly never?: readonly string[];
}
async function found(plan: FaultPlan, { share = 1, never = [] }: Radius = {}, seed: number | null = 1) {
  const find = createFindTargets({
    runId: "run-1",
    project,
    targets: [{ kind: "process", name: "store", pidFile: "", readyUrl: "" }],
    experiment: { seed, blastRadius: { targets: 9, share, never } },
    connect: async () => ({
      address: "unix:///engine",
      listRunning: async () => running.map((one) => ({ ...one, id: one.id as ContainerId })),
    }),
  });
  return (await find(plan)).map((target) => target.name);
}

describe("a selection", () => {
  test("takes so many of those that fit, the same ones for the same seed whatever order the engine lists them in", async () => {
    const two = select({ kind: "count", count: 2 });
    const first = await found(two);
    expect(new Set(first).size).toBe(2);
    running.reverse();
    expect(await found(two)).toEqual(first);
    const seeds = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) => (await found(two, {}, seed)).join(" ")),
    );
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  test("takes all, or a share, at least one", async () => {
    expect((await found(select({ kind: "all" }))).toSorted()).toEqual(["shop-1", "shop-2", "shop-3", "shop-4"]);
    expect(await found(select({ kind: "share", share: 0.5 }))).toHaveLength(2);
    expect(await found(select({ kind: "share", share: 0.1 }))).toHaveLength(1);
  });

  test("finds only what opted in by its label", async () => {
    running = [shop("shop-1", { "proofload.target": "false" }), shop("other", { app: "other" })];
    await expect(found(select({ kind: "all" }))).rejects.toThrow("of 1 that fit none opted in");
    running = [];
    await expect(found(select({ kind: "all" }))).rejects.toThrow("none that runs fits");
  });

  test("never touches what it must not, nor more than its share", async () => {
    expect(await found(select({ kind: "all" }), { never: ["shop-2"] })).not.toContain("shop-2");
    const never = ["shop-1", "shop-2", "shop-3", "shop-4"];
    await expect(found(select({ kind: "all" }), { never })).rejects.toThrow("never to be touched");
    await expect(found(select({ kind: "count", count: 3 }), { share: 0.5 })).rejects.toThrow(
      "3 of 4 containers is more than its blast radius allows (share: 0.5)",
    );
    await expect(found(select({ kind: "count", count: 5 }))).rejects.toThrow("only 4 may be taken");
  });
});

describe("a named container", () => {
  const named = (target: string): FaultPlan => ({ ...base, target });

  test("is the one that proofload.yaml describes, or the run's own", async () => {
    running = [
      { id: "1", name: "pg", labels: { role: "db" } },
      { id: "2", name: "x", labels: { "proofload.run": "run-1", "proofload.process": "api" } },
      { id: "3", name: "y", labels: { "proofload.run": "run-2", "proofload.process": "api" } },
      { id: "4", name: "z", labels: { "com.docker.compose.service": "cache" } },
    ];
    expect(await found(named("container/db"))).toEqual(["db"]);
    expect(await found(named("container/api"))).toEqual(["api"]);
    expect(await found(named("container/cache"))).toEqual(["cache"]);
    await expect(found(named("container/db"), { never: ["pg"] })).rejects.toThrow("pg is never to be touched");
    await expect(found(named("container/db"), { never: ["container/db"] })).rejects.toThrow("never to be touched");
  });

  test("must be there, and be one", async () => {
    running = [];
    await expect(found(named("container/db"))).rejects.toThrow("no container that runs is container/db");
    running = ["a", "b"].map((name) => ({ id: name, name, labels: { role: "db" } }));
    await expect(found(named("container/db"))).rejects.toThrow("container/db could be any of a, b");
  });
});
