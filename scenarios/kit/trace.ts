import { variable } from "./env.ts";

const SHARE = variable("PROOFLOAD_TRACE_SHARE").number({ default: 0.1, min: 0, max: 1 });
// Random digits are not free: the first half of the trace id, its last three digits and the span id are made once per VU.
const TRACE_ID_HEAD = hex13() + "001";
const TRACE_ID_TAIL = hex13().slice(0, 3);
const SPAN_ID = hex13() + "001";
const GAP_UNIT = 1 / Math.log1p(-SHARE);
let hasTold = false;

/** W3C Baggage that says which run a request is of. */
export const BAGGAGE = `proofload.run_id=${encodeURIComponent(__ENV["PROOFLOAD_RUN_ID"] ?? "by-hand")}`;

/**
 * How many requests go before the next one that carries a traceparent, so that each does with the same chance whatever those before it did:
 * failures before a success, by the inverse of the geometric distribution.
 */
export function drawGap(): number {
  return SHARE === 0 ? Infinity : Math.floor(Math.log(1 - Math.random()) * GAP_UNIT);
}

/** A new W3C trace id: 32 hex digits, never all zero, of the last 16 the first 13 random for each request. */
export function newTraceId(): string {
  return TRACE_ID_HEAD + hex13() + TRACE_ID_TAIL;
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

/** 52 random bits: from 2 to the 52nd on each whole number of the next 52 bits is a double, and its first hex digit is 1. */
function hex13(): string {
  return (2 ** 52 + Math.floor(Math.random() * 2 ** 52)).toString(16).slice(1);
}
