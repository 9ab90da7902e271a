import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError, systemCodeOf } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import type { FaultWorld } from "../fault.ts";

/** How a request ended: any status is an answer. */
export type ProbeEnd =
  | { readonly kind: "answered"; readonly status: number; readonly bytes: number; readonly ms: number }
  /** Nothing listens there. */
  | { readonly kind: "refused"; readonly ms: number }
  /** The connection was there and was reset or closed. */
  | { readonly kind: "reset"; readonly ms: number }
  /** Nothing came in time. */
  | { readonly kind: "silent"; readonly ms: number }
  | { readonly kind: "failed"; readonly message: string; readonly ms: number };

const RESET = ["ECONNRESET", "UND_ERR_SOCKET", "EPIPE"];

/** Asks once, and sends so many bytes more than it needs to; rejects only when the world's signal is aborted. */
export async function probe(
  { env, signal }: FaultWorld,
  url: string,
  timeoutMs: number,
  padBytes = 0,
): Promise<ProbeEnd> {
  const startMs = env.clock.monotonicMs();
  const took = (): number => Math.round(env.clock.monotonicMs() - startMs);
  try {
    const { status, text } = await httpRequest(env, url, {
      timeoutMs,
      // A connection that was there before the fault is not under it.
      headers: { connection: "close", ...(padBytes === 0 ? {} : { "x-proofload-padding": "x".repeat(padBytes) }) },
      ...(signal === undefined ? {} : { signal }),
    });
    return { kind: "answered", status, bytes: Buffer.byteLength(text), ms: took() };
  } catch (error) {
    signal?.throwIfAborted();
    const code = systemCodeOf(error) ?? "";
    if (code === "ECONNREFUSED") return { kind: "refused", ms: took() };
    if (RESET.includes(code)) return { kind: "reset", ms: took() };
    if (took() >= timeoutMs * 0.95) return { kind: "silent", ms: took() };
    return { kind: "failed", message: messageOf(error), ms: took() };
  }
}

/** What must answer before a fault, or nobody could tell its effect. */
export async function mustAnswer(
  world: FaultWorld,
  url: string,
  timeoutMs: number,
  padBytes = 0,
): Promise<ProbeEnd & { kind: "answered" }> {
  const end = await probe(world, url, timeoutMs, padBytes);
  if (end.kind === "answered") return end;
  throw new ProofloadError({ code: "probe-failed", message: `${url} did not answer: ${probeWords(end)}`, exitCode: 4 });
}

/** How a request ended, in words. */
export function probeWords(end: ProbeEnd): string {
  switch (end.kind) {
    case "answered":
      return `status ${end.status} after ${end.ms} ms`;
    case "refused":
      return "the connection was refused";
    case "reset":
      return "the connection was reset";
    case "silent":
      return `nothing came within ${end.ms} ms`;
    case "failed":
      return end.message;
  }
}

/** Whether something answers 2xx within a second. */
export async function answers(env: Pick<Env, "fetch">, url: string): Promise<boolean> {
  const reply = await httpRequest(env, url, { timeoutMs: 1000 }).catch(() => null);
  return reply !== null && reply.status >= 200 && reply.status < 300;
}

/** Asks again and again until something holds; false when the time is up first. */
export async function until(
  { env, signal }: FaultWorld,
  timeoutMs: number,
  holds: () => Promise<boolean>,
): Promise<boolean> {
  const deadline = env.clock.monotonicMs() + timeoutMs;
  for (;;) {
    if (await holds()) return true;
    if (env.clock.monotonicMs() >= deadline) return false;
    await env.clock.sleep(20, signal);
  }
}

/** Seconds since a monotonic moment, to the millisecond. */
export function secondsSince(env: Pick<Env, "clock">, startMs: number): number {
  return Math.round(env.clock.monotonicMs() - startMs) / 1000;
}
