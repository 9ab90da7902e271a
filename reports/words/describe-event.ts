import type { RunEvent } from "../../lib/run/events.ts";
import { measurementWords } from "./describe-proof.ts";
import { countOf, formatCount, formatSeconds, formatShare } from "./format.ts";

/** An event in words. */
export function eventWords(event: RunEvent): string {
  switch (event.type) {
    case "run-started":
      return "the run started";
    case "process-started":
      return `${event.process} started (pid ${event.pid})`;
    case "process-ended":
      return `${event.process} ended: ${event.how}`;
    case "load-started":
      return "the load started";
    case "load-ended":
      return `the load ended (k6 exit code ${event.k6ExitCode ?? "unknown"})`;
    case "objective-broke":
      return `${event.slo} broke in ${event.phase}: ${formatCount(event.good)} of ${countOf(event.total, "event")} in the last ${formatSeconds(event.windowSeconds)} were good, ${formatShare(event.target)} promised; the load is ended`;
    case "phase":
      return `phase ${event.phase}`;
    case "fault-injected":
      return `${event.fault} injected into ${event.target}`;
    case "fault-proven":
      return `${event.fault} had an effect: ${measurementWords(event.measurement)}`;
    case "fault-unproven":
      return `${event.fault} had no proven effect: ${event.message}`;
    case "fault-unmet":
      return `${event.fault} was met by nobody: ${event.message}`;
    case "fault-undone":
      return `${event.fault} undone`;
    case "undo-proven":
      return `${event.fault} is over: ${measurementWords(event.measurement)}`;
    case "undo-unproven":
      return `the end of ${event.fault} was not seen: ${event.message}`;
    case "probe":
      return `${event.probe} ${event.held === null ? "could not be asked" : event.held ? "held" : "did not hold"}: ${event.message}`;
    case "alert":
      return `alert ${event.alert} ${event.state === "over" ? "is over" : `is ${event.state}`}, as ${event.source === "prometheus" ? "Prometheus" : "the Alertmanager"} tells`;
    case "alerts-unseen":
      return event.message;
    case "alerts-watched":
      return "alerts were watched until now";
    case "fault-left-behind":
      return `${event.fault} may be left behind: ${event.message}`;
    case "prometheus-lost":
      return `Prometheus does not answer: ${event.message}`;
    case "prometheus-back":
      return `Prometheus is back after ${formatSeconds(event.awaySeconds)}`;
    case "cut-short":
      return `the run was cut short: ${event.cause}`;
    case "note":
      return event.text;
    case "run-ended":
      return "the run ended";
  }
}
