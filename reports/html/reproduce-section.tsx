import type { RunPlan } from "../../lib/run/plan.ts";
import { reproduceCommands } from "../words/reproduce.ts";

/** The commands that do this run again. */
export function ReproduceSection({ plan }: { readonly plan: RunPlan }) {
  const { run, report } = reproduceCommands(plan);
  return (
    <section id="reproduce" aria-labelledby="reproduce-title">
      <h2 id="reproduce-title">Reproduce</h2>
      <div class="panel list">
        <p>The same run again:</p>
        <pre>
          <code>{run}</code>
        </pre>
        <p>These reports again, from the run’s folder:</p>
        <pre>
          <code>{report}</code>
        </pre>
      </div>
    </section>
  );
}
