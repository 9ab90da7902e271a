import type { RunEvent } from "../../lib/run/events.ts";

/** Faults that may still be there, each with the command that ends it; nothing when there are none. */
export function LeftBehind({ events }: { readonly events: readonly RunEvent[] }) {
  const left = events.filter((event) => event.type === "fault-left-behind");
  if (left.length === 0) return null;
  return (
    <section class="danger" aria-labelledby="left-behind">
      <h2 id="left-behind">A fault may still be there</h2>
      <ul>
        {left.map(({ fault, message, command }) => (
          <li>
            <b>{fault}</b>: {message}. End it with <code>{command}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
