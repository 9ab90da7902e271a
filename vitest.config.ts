import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{cli,chaos,gates,lib,reports,sample,scripts}/**/*.test.{ts,tsx}"],
          testTimeout: 10_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["tests/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Real load on two cores: one file at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
