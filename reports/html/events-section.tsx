import type { RunRecord } from "../../lib/run/record.ts";
import { eventWords } from "../words/describe-event.ts";
import { countOf, formatCount, formatOffset } from "../words/format.ts";
import { runTimes } from "../words/run-times.ts";

const MOST_EVENTS = 500;

/** The timeline, one line per event; the first {@link MOST_EVENTS} of them. */
export function EventsSection({ record }: { readonly record: RunRecord }) {
  const { events } = record;
  const { loadStart } = runTimes(record);
  if (events.length === 0) return null;
  return (
    <section id="events" aria-labelledby="events-title">
      <h2 id="events-title">Events</h2>
      <div class="panel list">
        <details>
          <summary>{countOf(events.length, "event")}</summary>
          <ol class="timeline">
            {events.slice(0, MOST_EVENTS).map((event) => (
              <li>
                <span class="at">{formatOffset(event.at, loadStart)}</span> {eventWords(event)}
              </li>
            ))}
          </ol>
          {events.length > MOST_EVENTS && <p>{formatCount(events.length - MOST_EVENTS)} more in events.ndjson.</p>}
        </details>
      </div>
    </section>
  );
}
