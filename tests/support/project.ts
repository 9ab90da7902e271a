import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A small HTTP server on 127.0.0.1, for a service that a test makes behave. */
export interface TestServer {
  readonly url: string;
  readonly server: Server;
  /** Ends at once, with whatever is open. */
  stop(): Promise<void>;
}

/** Starts it; what it does is the listener's. */
export async function startServer(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const SLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: app
  indicator:
    metadata: { name: availability }
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: 'k6_http_reqs_total{expected_response="true"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: k6_http_reqs_total } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.95 }]
`;

const GATE = `apiVersion: proofload.dev/v1
kind: Gate
metadata: { name: pr }
spec:
  confidence: 0.95
  objectives: [{ slo: availability, phases: [baseline] }]
`;

/**
 * The line of proofload.yaml for tests of something else than the machine: a stall of a third of a second, or what else is busy on it, must not leave their verdicts open.
 */
export const ANY_MACHINE = "limits: { maxStartLag: 5s, maxCpuShare: 1, maxStealShare: 1, maxOthersCpuShare: 1 }";

/** A project in a temporary folder, for a service that somebody else runs and only the caller counts. */
export interface TestProject {
  readonly dir: string;
  write(file: string, text: string): void;
  remove(): void;
}

/** A project whose one experiment is played alone. */
export interface ChaosProject {
  readonly dir: string;
  /** Writes the experiment `it`: what it has beside its name and title, as YAML that is indented by two. */
  experiment(spec: string): void;
  remove(): void;
}

/** Writes a project for a service that is there, given as YAML, with one target. */
export function writeChaosProject(service: string, target: string): ChaosProject {
  const dir = mkdtempSync(join(tmpdir(), "proofload-chaos-"));
  const head = (kind: string, name: string): string =>
    `apiVersion: proofload.dev/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n`;
  mkdirSync(join(dir, "chaos", "experiments"), { recursive: true });
  writeFileSync(
    join(dir, "proofload.yaml"),
    `${head("Project", "it")}  service: { ${service} }\n  targets: [${target}]\n`,
  );
  return {
    dir,
    experiment: (spec) =>
      writeFileSync(join(dir, "chaos", "experiments", "it.yaml"), `${head("Experiment", "it")}  title: it\n${spec}`),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Writes it; `files` are added to, or replace, what every project has. */
export function writeProject(url: string, files: Readonly<Record<string, string>> = {}): TestProject {
  const dir = mkdtempSync(join(tmpdir(), "proofload-project-"));
  const write = (file: string, text: string): void => {
    const path = join(dir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const all = {
    "proofload.yaml": `apiVersion: proofload.dev/v1
kind: Project
metadata: { name: app }
spec:
  service:
    url: ${url}
    processes: { app: {} }
  ${ANY_MACHINE}
`,
    "gates/slo/availability.yaml": SLO,
    "gates/pr.yaml": GATE,
    ...files,
  };
  for (const [file, text] of Object.entries(all)) write(file, text);
  return { dir, write, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** The options of a short steady load, as a k6 script has them without any kit; its VUs are enough for what is due after a second's stall. */
export const STEADY = `{
  executor: "constant-arrival-rate", rate: 60, timeUnit: "1s", duration: "7s", preAllocatedVUs: 80 }`;
