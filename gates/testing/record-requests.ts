import type { SeriesSamples } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import { PROCESS_START } from "../instances/process-starts.ts";

/** A request of a simulated load; times are seconds after its start. */
export interface Request {
  readonly at: number;
  readonly phase: string;
  readonly route: string;
  /** "0" where nobody answered. */
  readonly status: string;
  readonly seconds: number;
}

export interface Recording {
  readonly requests: readonly Request[];
  /** When the load starts, in Unix seconds. */
  readonly start: number;
  readonly runId: string;
  readonly apiDown: Window | undefined;
  readonly zeroed: boolean;
}

type Labels = Readonly<Record<string, string>>;
const EDGES = [0.25, 0.5];
/** When the services started. */
const START = -600;
const SCRAPED_AT = 0.4;
const PUSHED_AT = 0.97;

/** What Prometheus holds of these requests: the api's counters, `up` and process starts, scraped each second, and k6's counters, pushed each second. */
export function recordRequests(recording: Recording): readonly SeriesSamples[] {
  const storage = new Map<string, { labels: Labels; samples: [number, number][] }>();
  const write = (labels: Labels, at: number, value: number): void => {
    const key = JSON.stringify(labels);
    const series = storage.get(key) ?? { labels, samples: [] };
    storage.set(key, series);
    series.samples.push([recording.start + at, value]);
  };
  scrape(recording, write);
  push(recording, write);
  return [...storage.values()];
}

type Write = (labels: Labels, at: number, value: number) => void;

function scrape({ requests, start, apiDown, zeroed }: Recording, write: Write): void {
  const api = { job: "api", instance: "127.0.0.1:8080" };
  const store = { job: "store", instance: "127.0.0.1:8081" };
  let counters = bornCounters(zeroed);
  let next = 0;
  let dead = false;
  for (let second = -2; second <= 41; second++) {
    const at = second + SCRAPED_AT;
    for (let request = requests[next]; request !== undefined && request.at <= at; request = requests[++next]) {
      if (request.status === "0") {
        if (!dead) counters = bornCounters(zeroed);
        dead = true;
        continue;
      }
      dead = false;
      for (const labels of countersOf(request)) counters.set(labels, (counters.get(labels) ?? 0) + 1);
    }
    const down = apiDown !== undefined && at >= apiDown.from && at < apiDown.to;
    write({ __name__: "up", ...api }, at, down ? 0 : 1);
    write({ __name__: "up", ...store }, at, 1);
    const startedAt = apiDown !== undefined && at >= apiDown.to ? apiDown.to : START;
    write({ __name__: PROCESS_START, ...store }, at, start + START);
    if (down) continue;
    write({ __name__: PROCESS_START, ...api }, at, start + startedAt);
    for (const [labels, value] of counters) write({ ...(JSON.parse(labels) as Labels), ...api }, at, value);
  }
}

/** The counters that one answered request adds to. */
function countersOf({ route, status, seconds }: Request): readonly string[] {
  const labels = { route, status };
  const buckets = EDGES.filter((edge) => seconds <= edge).map((edge) =>
    JSON.stringify({ __name__: "http_request_duration_seconds_bucket", ...labels, le: String(edge) }),
  );
  return [
    JSON.stringify({ __name__: "http_requests_total", ...labels }),
    JSON.stringify({ __name__: "http_request_duration_seconds_count", ...labels }),
    ...buckets,
  ];
}

function bornCounters(zeroed: boolean): Map<string, number> {
  const statuses = zeroed ? ["200", "503"] : ["200"];
  const born = ["/readings", "/recovery"].flatMap((route) =>
    statuses.flatMap((status) => countersOf({ at: 0, phase: "", route, status, seconds: 0 })),
  );
  return new Map(born.map((labels) => [labels, 0]));
}

/** k6 writes only series that changed, each at the time of its last request. */
function push({ requests, runId }: Recording, write: Write): void {
  const counters = new Map<string, { value: number; last: number; changed: boolean }>();
  let next = 0;
  for (let second = 0; second <= 40; second++) {
    const at = second + PUSHED_AT;
    for (let request = requests[next]; request !== undefined && request.at <= at; request = requests[++next]) {
      const { route, status, phase } = request;
      const expected_response = String(status.startsWith("2"));
      const key = JSON.stringify({
        __name__: "k6_http_reqs_total",
        testid: runId,
        name: route,
        status,
        expected_response,
        phase,
      });
      const value = (counters.get(key)?.value ?? 0) + 1;
      counters.set(key, { value, last: request.at, changed: true });
    }
    for (const [key, { value, last, changed }] of counters) {
      if (!changed) continue;
      write(JSON.parse(key) as Labels, last, value);
      counters.set(key, { value, last, changed: false });
    }
  }
}
