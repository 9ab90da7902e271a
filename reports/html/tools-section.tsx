import type { RunRecord } from "../../lib/run/record.ts";
import { formatSeconds } from "../words/format.ts";

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
            <div>
              <dt>{tool}</dt>
              <dd>{version}</dd>
            </div>
          ))}
          {skew !== null && (
            <div>
              <dt>Clock of Prometheus</dt>
              <dd>
                {skew === 0 ? "the same as ours" : `${formatSeconds(Math.abs(skew))} ${skew > 0 ? "ahead" : "behind"}`}
              </dd>
            </div>
          )}
        </dl>
      </div>
    </section>
  );
}
