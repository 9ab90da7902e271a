import type { IncomingMessage, ServerResponse } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { GateVerdict } from "../../lib/run/verdict.ts";
import { callGate, folderOf, sloText } from "../support/gate.ts";
import type { GateAnswer } from "../support/gate.ts";
import { startHistory } from "../support/history.ts";
import { startServer } from "../support/project.ts";
import type { Case, Outcome } from "./case.ts";
import { FROM, TO } from "./series.ts";

export type SloOptions = Parameters<typeof sloText>[0];

export const AVAILABILITY: SloOptions = {
  name: "availability",
  part: 'http_requests_total{job="api",status=~"5.."}',
  total: 'http_requests_total{job="api"}',
};

export interface Asked {
  readonly url?: string;
  readonly dir?: string;
  readonly window?: readonly [string, string];
  /** The value of `case`. */
  readonly label: string;
  readonly more?: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
}

/** What a proxy does with a question in place of forwarding it. */
export type Trick = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Answers as the real one does; `change` is made to the parsed answer. */
  forward: (change?: (answer: PrometheusAnswer) => unknown) => Promise<void>,
  nth: number,
) => unknown;

export interface PrometheusAnswer {
  readonly status: string;
  readonly data: {
    readonly resultType: string;
    readonly result: { readonly metric: Record<string, string>; readonly values: [number, string][] }[];
  };
}

/** A real Prometheus with the series of all cases, and ways to ask about them. */
export interface World {
  readonly url: string;
  /** A folder with an SLO, or with these files; removed when the test ends. */
  project(slo?: Partial<SloOptions> | Readonly<Record<`${string}.yaml`, string>>): string;
  ask(asked: Asked): Promise<GateAnswer>;
  /** A proxy before the Prometheus that plays a trick on some questions: on those for raw samples, unless told otherwise. */
  proxy(trick: Trick, on?: (body: string) => boolean): Promise<string>;
  /** Undone when the test ends. */
  later(undo: () => unknown): void;
  /** Undoes what a test made. */
  tidy(): Promise<void>;
  stop(): Promise<void>;
}

const forRawSamples = (body: string): boolean => body.includes("ms]");

/** Starts it with what each case's series are, told apart by their label `case`. */
export async function startWorld(cases: readonly Pick<Case, "series">[]): Promise<World> {
  const history = await startHistory(
    cases.flatMap(({ series = [] }, index) =>
      series.flat().map(({ labels, samples }) => ({ labels: { ...labels, case: labelOf(index) }, samples })),
    ),
  );
  const undo: (() => unknown)[] = [];
  const later = (step: () => unknown): void => void undo.push(step);
  const project: World["project"] = (slo = {}) => {
    const isFiles = Object.keys(slo).some((name) => name.endsWith(".yaml"));
    const files = isFiles ? (slo as Record<string, string>) : { "slo.yaml": sloText({ ...AVAILABILITY, ...slo }) };
    const folder = folderOf(files);
    later(() => folder.remove());
    return folder.dir;
  };
  return {
    url: history.url,
    later,
    project,
    ask: ({ url, dir, window, label, more = ["--json"], vars }) => {
      const [from, to] = window ?? [String(FROM), new Date(TO * 1000).toISOString()];
      // Several are all judged.
      const slo = more.includes("--slo") ? "" : "--slo slo.yaml ";
      const words = `${slo}--prometheus ${url ?? history.url} --from ${from} --to ${to} --label case=${label}`;
      return callGate(dir ?? project(), [...words.split(" "), ...more], vars);
    },
    proxy: async (trick, on = forRawSamples) => {
      const server = await startProxy(history.url, trick, on);
      later(() => server.stop());
      return server.url;
    },
    tidy: async () => {
      for (const step of undo.splice(0).toReversed()) await step();
    },
    stop: () => history.stop(),
  };
}

/** The value of `case` on the series of the case at this place. */
export const labelOf = (index: number): string => `c${index}`;

function startProxy(url: string, trick: Trick, on: (body: string) => boolean): ReturnType<typeof startServer> {
  let tricks = 0;
  return startServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const forward: Parameters<Trick>[2] = async (change) => {
        const given = { method: request.method ?? "GET", ...(body === "" ? {} : { body }) };
        const type = { "content-type": "application/x-www-form-urlencoded" };
        const reply = await fetch(`${url}${request.url ?? ""}`, { ...given, headers: type });
        const text = await reply.text();
        response.writeHead(reply.status, { "content-type": "application/json" });
        response.end(change === undefined ? text : JSON.stringify(change(JSON.parse(text) as PrometheusAnswer)));
      };
      if (on(decodeURIComponent(body.replaceAll("+", " ")))) void trick(request, response, forward, (tricks += 1));
      else void forward();
    });
  });
}

export const json = (response: ServerResponse, status: number, body: unknown): unknown =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

/** What a gate's `--json` answer came to. */
export function outcomeOf(answer: GateAnswer): Outcome {
  const { exitCode, stdout, stderr } = answer;
  if (stdout === "") return { verdict: "none", code: null, exitCode, message: stderr };
  const verdict = JSON.parse(stdout) as GateVerdict;
  const reason = verdict.objectives[0]?.reason ?? verdict.reasons[0];
  return { verdict: verdict.verdict, code: reason?.code ?? null, exitCode, message: reason?.message ?? "" };
}

/** A file of the folder that a gate was told to leave its files in. */
export const leftIn = (dir: string, file: string): string => readFileSync(join(dir, "out", file), "utf8");
