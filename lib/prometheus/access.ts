/** How a Prometheus that is not open to everybody is asked. */
export interface PrometheusAccess {
  /** Sent with every request: credentials, a tenant. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with every query, such as Thanos's `partial_response`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What must be in no message, even where a server repeats it. */
  readonly secrets: readonly string[];
  /** For each attempt at a query. */
  readonly timeoutMs: number;
  /** Told why a query is asked again, before it is; without secrets. */
  readonly onRetry?: (why: string) => void;
}

/**
 * What is sent with every query so that other servers answer as Prometheus does, which passes over it: Thanos takes an error for what some
 * stores did not answer, and no downsampled data; VictoriaMetrics answers up to now, not up to half a minute ago, at the times that were asked for, and not from a cache.
 */
export const PLAIN_ANSWERS: PrometheusAccess["parameters"] = {
  partial_response: "false",
  max_source_resolution: "0s",
  latency_offset: "1ms",
  nocache: "1",
};

/** An open Prometheus, as a run has it. */
export const OPEN_ACCESS: PrometheusAccess = {
  headers: {},
  parameters: PLAIN_ANSWERS,
  secrets: [],
  timeoutMs: 15_000,
};

/** The text with every secret replaced, the longest first. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== "")
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, "***"), text);
}
