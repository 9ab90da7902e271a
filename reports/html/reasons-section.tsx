import type { GateVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { ReasonItem } from "./reason-item.tsx";

/** Why the verdict is what it is, each reason with its cure. */
export function ReasonsSection({ verdict }: { readonly verdict: Pick<RunVerdict | GateVerdict, "reasons"> }) {
  return (
    <section id="reasons" aria-labelledby="reasons-title">
      <h2 id="reasons-title">Reasons</h2>
      {verdict.reasons.length === 0 ? (
        <p class="empty">No reason was given beside the objectives’ own.</p>
      ) : (
        <ul class="reasons">
          {verdict.reasons.map((reason) => (
            <ReasonItem reason={reason} />
          ))}
        </ul>
      )}
    </section>
  );
}
