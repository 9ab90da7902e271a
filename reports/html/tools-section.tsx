import type { RunRecord } from "../../lib/run/record.ts";
import { skewWords } from "../words/describe-skew.ts";
import { Pair } from "./pairs.tsx";

/** The versions of everything that took part, and how far the clocks were apart. */
export function ToolsSection({ record }: { readonly record: RunRecord }) {
  const { plan, evidence } = record;
  const skew = evidence?.prometheus.skewSeconds ?? null;
  const versions = {
    [plan.tool.name]: plan.tool.version,
    ...(evidence?.prometheus.version == null ? {} : { prometheus: evidence.prometheus.version }),
    ...evidence?.tools,
  };
  return (
    <section id="tools" aria-labelledby="tools-title">
      <h2 id="tools-title">Tools</h2>
      <div class="panel list">
        <dl class="pairs">
          {Object.entries(versions).map(([tool, version]) => (
            <Pair name={tool}>{version}</Pair>
          ))}
          {skew !== null && <Pair name="Clock of Prometheus">{skewWords(skew)}</Pair>}
        </dl>
      </div>
    </section>
  );
}
