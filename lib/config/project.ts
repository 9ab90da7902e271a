import { z } from "zod";

import { durationSchema } from "./duration.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name of lower-case letters, digits and dashes");
const command = z
  .array(z.string())
  .nonempty()
  .transform(([program = "", ...args]): readonly [string, ...string[]] => [program, ...args]);
// With placeholders still in it, such as http://127.0.0.1:${port.api}/health.
const url = z
  .string()
  .refine(
    (text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text),
    "expected no user and no password: they would be written into every run's folder",
  )
  .regex(/^https?:\/\/[^/\s?#]+(?:\/[^\s?#]*)?$/, "expected http://HOST:PORT/PATH, without a query");
const address = z.string().regex(/^[^\s/@]+:[^\s/:@]+$/, "expected HOST:PORT");

/** Names that proofload's own programs have. */
const RESERVED = ["k6", "prometheus", "toxiproxy", "guardian"];
const processName = name.refine(
  (text) => !RESERVED.includes(text),
  "expected another name, this is one of proofload's own programs",
);

const envVars = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name"), z.string());

/** A container of the run's own, on the engine at DOCKER_HOST or the default socket. */
const containerSchema = z.strictObject({
  image: z.string().min(1),
  /** Arguments to the image's entry point. */
  args: z.array(z.string()).default([]),
  env: envVars.default({}),
  /** Container port to port of 127.0.0.1. */
  ports: z.record(z.string().regex(/^\d+$/, "expected a port of the container"), z.coerce.string()).default({}),
});

const STARTERS = ["command", "container", "start"] as const;

/** A part of the service: started by the run, or, with none of `command`, `container` and `start`, by somebody else. */
const processSchema = z
  .strictObject({
    /** A program that stays; it is stopped by SIGTERM. */
    command: command.optional(),
    container: containerSchema.optional(),
    /** A command that starts something and ends, such as `docker compose up --detach`; `stop` undoes it. */
    start: command.optional(),
    stop: command.optional(),
    /** Variables for `command`, `start` and `stop`, beside a few of this process (PATH, HOME, …). */
    env: envVars.default({}),
    /** Answers below 400 when it is ready; the service's `url` if left out. */
    ready: url.optional(),
    readyWithin: durationSchema.default(30),
    /** Where Prometheus scrapes it; its `job` label is the name. */
    metrics: url.optional(),
    /** Written by whoever starts the real process, for faults that need its pid. */
    pidFile: z.string().optional(),
  })
  .check(({ value, issues }) => {
    const given = STARTERS.filter((key) => value[key] !== undefined);
    const report = (message: string): void => void issues.push({ code: "custom", message, input: value });
    if (given.length > 1) report(`expected one of ${given.join(" and ")}, not both`);
    if ((value.start === undefined) !== (value.stop === undefined)) report("expected start and stop together");
  });

const proxySchema = z.strictObject({
  listen: address,
  upstream: address,
  /** Path of a cheap GET through the proxy, with which the effect of a fault is measured. */
  probe: z.string().startsWith("/"),
  /** The API of a Toxiproxy that is there already and has a proxy of this name; left out: the run starts one. */
  toxiproxy: url.transform((text) => text.replace(/\/+$/, "")).optional(),
});

/** A container that somebody else started; all that is given must fit, and only one may. */
const givenContainerSchema = z
  .strictObject({
    name: z.string().min(1).optional(),
    labels: z.record(z.string(), z.string()).default({}),
    /** A Docker Compose service. */
    service: z.string().min(1).optional(),
    /** Answers 2xx when it is of use; left out where nothing of it can be asked from here. */
    ready: url.optional(),
  })
  .refine(
    ({ name: called, labels, service }) =>
      called !== undefined || service !== undefined || Object.keys(labels).length > 0,
    { error: "expected a name, labels or a service: else it would be any container" },
  );

const rate = z.number().positive();
const duration = durationSchema.refine((seconds) => seconds > 0, "expected more than 0s");

/** Changes to the shapes of scenarios, and what their code reads from `__ENV`. */
const loadSchema = z.strictObject({
  /** Factor on all levels of all scenarios. */
  scale: z.number().positive().optional(),
  /** Share of the requests that carry a W3C traceparent. */
  traceShare: z.number().gte(0).lte(1).optional(),
  env: envVars.default({}),
  /** By scenario: its highest level (iterations per second, or VUs) and how long it lasts. */
  scenarios: z.record(name, z.strictObject({ rate: rate.optional(), duration: duration.optional() })).default({}),
});

const environmentSchema = z.strictObject({
  url: url.optional(),
  processes: z
    .record(name, z.strictObject({ args: z.array(z.string()).default([]), env: envVars.default({}) }))
    .default({}),
  load: loadSchema.default({ env: {}, scenarios: {} }),
});

const share = z.number().gt(0).lte(1);
const limitsSchema = z.strictObject({
  minDeliveredShare: share.default(0.99),
  maxCpuShare: share.default(0.8),
  maxMemoryShare: share.default(0.5),
  maxStartLag: durationSchema.default(0.25),
  maxCountMismatch: z.number().gt(0).lt(1).default(0.01),
  maxVuShare: share.default(0.9),
  maxStealShare: share.default(0.1),
  maxOthersCpuShare: share.default(0.25),
  maxExceptionShare: z.number().gte(0).lt(1).default(0),
});

/** proofload.yaml: the service under load, and what of it faults may touch. */
export const projectSchema = z.strictObject({
  apiVersion: z.literal("proofload.dev/v1"),
  kind: z.literal("Project"),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    /** What this is: faults in `production` must be asked for by name. */
    environment: name.optional(),
    service: z.strictObject({
      /** What the load is sent to. */
      url,
      /** A counter of the requests that the service saw, to hold against k6's own count. */
      requests: z.string().optional(),
      processes: z.record(processName, processSchema).default({}),
      proxies: z.record(name, proxySchema).default({}),
      /** Containers that somebody else started, for faults. */
      containers: z.record(name, givenContainerSchema).default({}),
    }),
    /** What faults may be done to: `process/NAME`, `proxy/NAME` or `container/NAME`. */
    targets: z.array(z.string()).default([]),
    load: loadSchema.default({ env: {}, scenarios: {} }),
    prometheus: z
      .strictObject({
        scrapeInterval: durationSchema.refine((seconds) => seconds >= 0.1, "expected 100ms or more").default(1),
        /** One that is there already and scrapes the service itself; left out: the run starts its own. */
        url: url.transform((text) => text.replace(/\/+$/, "")).optional(),
        /** Files of alert and recording rules for the run's own Prometheus, as paths from proofload.yaml; `*` matches within a name. */
        rules: z.array(z.string().min(1)).default([]),
        /** An Alertmanager that is there already: the run's Prometheus sends it its alerts, and it is asked which it has. */
        alertmanager: url.transform((text) => text.replace(/\/+$/, "")).optional(),
      })
      .default({ scrapeInterval: 1, rules: [] }),
    outputs: z
      .strictObject({
        /** A second output of k6: an OTLP endpoint for its metrics. */
        openTelemetry: z
          .strictObject({ endpoint: address, protocol: z.enum(["grpc", "http"]).default("grpc") })
          .optional(),
      })
      .default({}),
    limits: limitsSchema.default(limitsSchema.parse({})),
    /** Which run folders are kept: the newest so many, none older than maxAge; the newest pass is always kept. */
    runs: z
      .strictObject({
        keep: z.int().positive().default(50),
        maxAge: duration.default(30 * 86_400),
      })
      .default({ keep: 50, maxAge: 30 * 86_400 }),
    environments: z.record(name, environmentSchema).default({}),
  }),
});

export type Project = z.infer<typeof projectSchema>;

/** The proxies that the run makes itself, by name; the others are on a Toxiproxy of somebody else's. */
export function ownProxies(
  service: Pick<Project["spec"]["service"], "proxies">,
): Project["spec"]["service"]["proxies"] {
  return Object.fromEntries(Object.entries(service.proxies).filter(([, { toxiproxy }]) => toxiproxy === undefined));
}

/** Whether a process of the service is started by the run; else it is somebody else's, and there before and after. */
export function isStartedByRun(process: Pick<z.infer<typeof processSchema>, (typeof STARTERS)[number]>): boolean {
  return STARTERS.some((key) => process[key] !== undefined);
}
