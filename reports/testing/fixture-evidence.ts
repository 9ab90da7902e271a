import type { ChartEvidence, Evidence } from "../../lib/run/evidence.ts";
import { PLAN } from "./fixture-plan.ts";
import { LOAD_START } from "./timeline.ts";

export interface EvidenceOptions {
  /** Seconds of load. */
  readonly seconds: number;
  /** The median latency during the latency fault, in seconds. */
  readonly slowSeconds: number;
}

/** Evidence with one sample a second; while the process is dead the service is not scraped, so its lines have a gap. */
export function fixtureEvidence({ seconds, slowSeconds }: EvidenceOptions): Evidence {
  const { charts } = { charts: fixtureCharts(seconds, slowSeconds) };
  return {
    schemaVersion: 1,
    runId: PLAN.runId,
    collectedAt: "2025-06-14T09:31:52.400Z",
    prometheus: {
      reachable: true,
      url: "http://127.0.0.1:9090",
      version: "2.42.0",
      error: null,
      skewSeconds: 0.004,
      gaps: [],
    },
    window: { from: LOAD_START - 2, to: LOAD_START + seconds + 2 },
    counters: [],
    up: { kind: "ok", series: [], warnings: [], infos: [] },
    load: {
      k6ExitCode: 0,
      iterations: seconds * 600,
      droppedIterations: 0,
      requests: seconds * 600,
      failedRequests: 951,
      unfinishedIterations: 0,
      requestsPushed: null,
      exceptions: 0,
      scriptError: null,
      requestsSeenByService: seconds * 600 - 951,
      vusPeak: 118,
      cpuShare: 0.31,
      memoryPeakBytes: 184e6,
      startLagP99Seconds: 0.004,
      machine: { cores: 4, memoryBytes: 16.4e9, cpuShare: 0.62, stealShare: 0.002, othersCpuShare: 0.04 },
      thresholds: [
        { metric: "http_req_failed", expression: "rate<0.01", held: false },
        { metric: "http_req_duration{name:GET /cart}", expression: "p(99)<250", held: true },
        { metric: "http_req_duration{name:GET /old-cart}", expression: "p(99)<250", held: null },
      ],
      checks: [{ name: "the cart is not empty", passes: seconds * 600 - 951, fails: 951 }],
      phases: [],
      failures: [
        { name: "GET /cart", status: 0, traceId: "4bf92f3577b34da6a3ce929d0e0e4736" },
        { name: "POST /orders", status: 503, traceId: "8e1d7a3c5b9f4e2d6a0c1f3e5d7b9a80" },
      ],
    },
    charts,
    tools: { k6: "1.8.1", toxiproxy: "2.12.0", node: "20.20.2" },
  };
}

function fixtureCharts(seconds: number, slowSeconds: number): readonly ChartEvidence[] {
  const slow = (x: number): number => (x > 17 && x <= 27 ? slowSeconds : 0);
  const dead = (x: number): boolean => x > 30 && x < 33;
  const warm = (x: number): number => Math.max(0, 6 - x) * 0.006;
  const sampled = (value: (x: number) => number | null, from = 1): readonly (readonly [number, number])[] =>
    Array.from({ length: seconds - from + 1 }, (_, index) => index + from).flatMap((x) => {
      const y = value(x);
      return y === null ? [] : [[LOAD_START + x, y] as const];
    });
  const wobble = (x: number, size: number): number => Math.sin(x * 2.7) * size + Math.sin(x * 7.1) * size * 0.6;
  return [
    {
      id: "rate",
      title: "Load",
      unit: "requests/s",
      lines: [
        { label: "sent by k6", samples: sampled((x) => 600 + wobble(x, 2)) },
        {
          label: "seen by the service",
          samples: sampled((x) => (dead(x) ? null : 598 + wobble(x + 1, 5) - (x === 33 ? 310 : 0))),
        },
      ],
    },
    {
      id: "latency",
      title: "Latency",
      unit: "seconds",
      lines: [
        { label: "p50", samples: sampled((x) => (dead(x) ? null : 0.011 + slow(x) + warm(x) + wobble(x, 0.001))) },
        {
          label: "p95",
          samples: sampled((x) =>
            dead(x) ? null : 0.024 + slow(x) * 1.15 + warm(x) * 2 + wobble(x, 0.003) + (x === 33 ? 0.04 : 0),
          ),
        },
        {
          label: "p99",
          samples: sampled((x) =>
            dead(x) ? null : 0.041 + slow(x) * 1.24 + warm(x) * 3 + wobble(x, 0.006) + (x === 33 ? 0.09 : 0),
          ),
        },
      ],
    },
    {
      id: "errors",
      title: "Errors",
      unit: "ratio",
      lines: [
        { label: "failed requests", samples: sampled((x) => (x === 30 ? 0.16 : dead(x) ? 1 : x === 33 ? 0.41 : 0)) },
      ],
    },
  ];
}
