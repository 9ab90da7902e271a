import type { Reason } from "../../lib/run/verdict.ts";
import { Prose } from "./prose.tsx";
import { cureOf } from "../words/verdict-words.ts";

/** A reason with its cure. */
export function ReasonItem({ reason }: { readonly reason: Reason }) {
  const cure = cureOf(reason.code);
  return (
    <li>
      <p>
        <code class="code">{reason.code}</code> {reason.message}
      </p>
      {cure !== "" && (
        <p class="note">
          <Prose text={cure} />
        </p>
      )}
    </li>
  );
}
