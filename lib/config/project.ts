import { z } from "zod";

import { durationSchema } from "./duration.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name of lower-case letters, digits and dashes");
const command = z.array(z.string()).nonempty();
// With placeholders still in it, such as http://127.0.0.1:${port.api}/health.
const url = z
  .string()
  .regex(/^https?:\/\/[^/\s?#]+(?:\/[^\s?#]*)?$/, "expected http://HOST:PORT/PATH, without a query");
const address = z.string().regex(/^[^\s/]+:[^\s/:]+$/, "expected HOST:PORT");

/** Names that proofload's own programs have. */
const RESERVED = ["k6", "prometheus", "toxiproxy", "guardian"];
const processName = name.refine(
  (text) => !RESERVED.includes(text),
  "expected another name, this is one of proofload's own programs",
);

const processSchema = z.strictObject({
  command,
  /** Answers 2xx when the process is ready. */
  ready: url,
  /** Where Prometheus scrapes it; its `job` label is the process's name. */
  metrics: url.optional(),
  /** Written by whoever starts the real process, for faults that need its pid. */
  pidFile: z.string().optional(),
});

const proxySchema = z.strictObject({
  listen: address,
  upstream: address,
  /** Path of a cheap GET through the proxy, with which the effect of a fault is measured. */
  probe: z.string().startsWith("/"),
});

const environmentSchema = z.strictObject({
  processes: z.record(name, z.strictObject({ args: z.array(z.string()) })),
});

/** proofload.yaml: the service under load, and what of it faults may touch. */
export const projectSchema = z.strictObject({
  apiVersion: z.literal("proofload.dev/v1"),
  kind: z.literal("Project"),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    service: z.strictObject({
      /** What the load is sent to. */
      url,
      /** A counter of the requests that the service saw, to hold against k6's own count. */
      requests: z.string(),
      processes: z.record(processName, processSchema),
      proxies: z.record(name, proxySchema).default({}),
    }),
    /** What faults may be done to: `process/NAME` or `proxy/NAME`. */
    targets: z.array(z.string()).default([]),
    prometheus: z
      .strictObject({
        scrapeInterval: durationSchema.refine((seconds) => seconds >= 0.1, "expected 100ms or more").default(1),
      })
      .default({ scrapeInterval: 1 }),
    limits: z
      .strictObject({
        minDeliveredShare: z.number().gt(0).lte(1).default(0.99),
        maxCpuShare: z.number().gt(0).lte(1).default(0.8),
        maxStartLag: durationSchema.default(0.25),
        maxCountMismatch: z.number().gt(0).lt(1).default(0.01),
      })
      .default({ minDeliveredShare: 0.99, maxCpuShare: 0.8, maxStartLag: 0.25, maxCountMismatch: 0.01 }),
    environments: z.record(name, environmentSchema).default({}),
  }),
});

export type Project = z.infer<typeof projectSchema>;
