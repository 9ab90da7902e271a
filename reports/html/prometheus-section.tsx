import type { GateRecord } from "../../lib/run/gate-record.ts";
import { skewWords } from "../words/describe-skew.ts";
import { formatSeconds, formatUtc, UNKNOWN } from "../words/format.ts";
import { Pair } from "./pairs.tsx";

/** Which Prometheus was asked, when, and what was left out of the window. */
export function PrometheusSection({ record }: { readonly record: GateRecord }) {
  const { evidence, verdict } = record;
  const { url, version, skewSeconds, scrapeIntervalSeconds } = verdict.prometheus;
  return (
    <section id="prometheus" aria-labelledby="prometheus-title">
      <h2 id="prometheus-title">Prometheus</h2>
      <div class="panel list">
        <dl class="pairs">
          <Pair name="Address">{url}</Pair>
          <Pair name="Version">{version ?? UNKNOWN}</Pair>
          <Pair name="Clock">{skewSeconds === null ? UNKNOWN : skewWords(skewSeconds)}</Pair>
          <Pair name="Scrape interval">{formatSeconds(scrapeIntervalSeconds)}</Pair>
          <Pair name="Asked">{formatUtc(Date.parse(evidence.collectedAt) / 1000)}</Pair>
          <Pair name="Read">
            {formatUtc(evidence.read.from)} to {formatUtc(evidence.read.to)}
          </Pair>
          {evidence.prometheus.error !== null && <Pair name="Error">{evidence.prometheus.error}</Pair>}
          {(verdict.excluded ?? []).map(({ from, to }) => (
            <Pair name="Not judged">
              {formatUtc(from)} to {formatUtc(to)}
            </Pair>
          ))}
        </dl>
      </div>
    </section>
  );
}
