import { variable } from "./env.ts";

const SHARE = variable("PROOFLOAD_TRACE_SHARE").number({ default: 0.1, min: 0, max: 1 });
const WORDS_IN_TRACE_ID = 4;
const WORDS_IN_SPAN_ID = 2;
let hasTold = false;

/** W3C Baggage that says which run a request is of. */
export const BAGGAGE = `proofload.run_id=${encodeURIComponent(__ENV["PROOFLOAD_RUN_ID"] ?? "by-hand")}`;

/** Draws whether the next request carries a traceparent. */
export function drawTraced(): boolean {
  return SHARE > 0 && Math.random() < SHARE;
}

/** A new W3C trace id: 32 hex digits, never all zero. */
export function newTraceId(): string {
  return hex(WORDS_IN_TRACE_ID);
}

/** A sampled W3C traceparent of the trace. */
export function traceparent(traceId: string): string {
  return `00-${traceId}-${hex(WORDS_IN_SPAN_ID)}-01`;
}

/** Tells the log of a traced request that failed; once per VU, or a dead service would fill the disk. */
export function tellFailure(name: string, status: number, traceId: string): void {
  if (hasTold) return;
  hasTold = true;
  console.warn(JSON.stringify({ proofload: "failed-request", name, status, traceId }));
}

function hex(words: number): string {
  let digits = "";
  // From 1: no word is zero, so no id is.
  for (let word = 0; word < words; word += 1) {
    digits += (1 + Math.floor(Math.random() * 0xff_ff_ff_ff)).toString(16).padStart(8, "0");
  }
  return digits;
}
