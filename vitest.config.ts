import { defineConfig } from "vitest/config";

// What waits for an event has so long for it on the slowest machine; a test that passes does not wait any longer for that.
const poll = { timeout: 60_000, interval: 20 };

/** What they do is wait: for what is broken, for alerts, for an engine that hangs, or for a load of 60 requests a second, in a project that any machine may judge. */
const LIGHT =
  "tests/{alerts,chaos-verbs,ci-examples,engine-troubles,false-greens,given-toxiproxy,own-service,repeats}.test.ts";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{cli,chaos,gates,lib,reports,sample,scripts}/**/*.test.{ts,tsx}"],
          // The longest take seconds of a CPU, which a slow machine gives to others, too.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll },
        },
      },
      {
        test: {
          name: "light",
          include: [LIGHT],
          sequence: { groupOrder: 1 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll },
          // All at once, on any number of cores.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/**/*.test.ts"],
          exclude: [LIGHT],
          sequence: { groupOrder: 2 },
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll },
          // Real load on two cores: one file at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
