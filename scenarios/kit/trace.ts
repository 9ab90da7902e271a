import { variable } from "./env.ts";

const SHARE = variable("PROOFLOAD_TRACE_SHARE").number({ default: 0.1, min: 0, max: 1 });
// Random digits are not free: a half of the trace id and the span id are made once per VU.
const TRACE_ID_HEAD = hex16();
const SPAN_ID = hex16();
/** Requests until the next traced one: drawing once for each of those costs less than once for each request. */
let untracedLeft = drawGap();
let hasTold = false;

/** W3C Baggage that says which run a request is of. */
export const BAGGAGE = `proofload.run_id=${encodeURIComponent(__ENV["PROOFLOAD_RUN_ID"] ?? "by-hand")}`;

/** Whether the next request carries a traceparent: each does with the same chance, whatever those before it did. */
export function drawTraced(): boolean {
  if (untracedLeft > 0) {
    untracedLeft -= 1;
    return false;
  }
  untracedLeft = drawGap();
  return true;
}

/** A new W3C trace id: 32 hex digits, never all zero, the last 16 random for each request. */
export function newTraceId(): string {
  return TRACE_ID_HEAD + hex16();
}

/** A sampled W3C traceparent of the trace. */
export function traceparent(traceId: string): string {
  return `00-${traceId}-${SPAN_ID}-01`;
}

/** Tells the log of a traced request that failed; once per VU, or a dead service would fill the disk. */
export function tellFailure(name: string, status: number, traceId: string): void {
  if (hasTold) return;
  hasTold = true;
  // An error: the log of a long load has no warnings.
  console.error(JSON.stringify({ proofload: "failed-request", name, status, traceId }));
}

/** Failures before a success of chance SHARE: the inverse of the geometric distribution. */
function drawGap(): number {
  return SHARE === 0 ? Infinity : Math.floor(Math.log(1 - Math.random()) / Math.log(1 - SHARE));
}

function hex16(): string {
  return hex8() + hex8();
}

/** From 1: nothing made of it is all zero. */
function hex8(): string {
  return (1 + Math.floor(Math.random() * 0xff_ff_ff_ff)).toString(16).padStart(8, "0");
}
