import { z } from "zod";

import type { HttpReply } from "../http.ts";
import type { QueryOutcome } from "../run/evidence.ts";

type Sample = readonly [at: number, value: number];

/** Prometheus writes sample values as text, NaN and ±Inf among them. */
const sample = z.unknown().transform((written, context): Sample => {
  const read = readSample(written);
  if (read !== null) return read;
  context.addIssue("expected a time and a text");
  return z.NEVER;
});
/** By hand: there may be millions, and a schema for each of them takes most of the time of a gate. */
const samples = z.array(z.unknown()).transform((written, context): readonly Sample[] => {
  const all: Sample[] = [];
  for (const [index, one] of written.entries()) {
    const read = readSample(one);
    if (read === null) {
      context.addIssue({ code: "custom", path: [index], message: "expected a time and a text" });
      return z.NEVER;
    }
    all.push(read);
  }
  return all;
});
const labels = z.custom<Readonly<Record<string, string>>>(
  (written) =>
    typeof written === "object" &&
    written !== null &&
    !Array.isArray(written) &&
    Object.values(written).every((value) => typeof value === "string"),
  "expected labels with texts",
);

const successSchema = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
  /** VictoriaMetrics says so when some of its stores did not answer. */
  isPartial: z.unknown().optional(),
  data: z.discriminatedUnion("resultType", [
    z.object({
      resultType: z.literal("matrix"),
      result: z.array(z.object({ metric: labels, values: samples })),
    }),
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: labels, value: sample })) }),
    z.object({ resultType: z.literal("scalar"), result: sample }),
  ]),
});
const errorSchema = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

export type ResultType = "matrix" | "vector" | "scalar";

/**
 * Reads an answer of Prometheus's query API; anything that is not a plain success, or not of the `expected` type, is a `bad-response`.
 * Credentials that were refused are `denied`; what a proxy says of a server that is away is `unreachable`.
 */
export function parseQueryReply(reply: HttpReply, expected?: ResultType): QueryOutcome {
  const { status } = reply;
  if (status === 401 || status === 403) return { kind: "denied", message: deniedWords(status) };
  if (status >= 300 && status < 400) return bad(`status ${status}, a redirect${hostOf(reply)}, which is not followed`);
  let body: unknown;
  try {
    body = JSON.parse(reply.text);
  } catch {
    const what = `status ${status}, not JSON: ${reply.text.slice(0, 120).trim()}`;
    return status === 502 || status === 503 || status === 504 ? { kind: "unreachable", message: what } : bad(what);
  }
  const error = errorSchema.safeParse(body);
  if (error.success) return bad(`${error.data.errorType}: ${error.data.error}`);
  if (reply.status !== 200) return bad(`status ${reply.status}`);
  const success = successSchema.safeParse(body);
  if (!success.success) return bad(`an unexpected answer (${z.prettifyError(success.error).replaceAll("\n", " ")})`);
  const { data, infos = [], isPartial } = success.data;
  const warnings = [...(success.data.warnings ?? []), ...(isPartial ? ["the answer is partial (isPartial)"] : [])];
  if (expected !== undefined && data.resultType !== expected) {
    return bad(`an unexpected answer (a ${data.resultType}, not a ${expected})`);
  }
  switch (data.resultType) {
    case "matrix":
      return {
        kind: "ok",
        series: data.result.map(({ metric, values }) => ({ labels: metric, samples: values })),
        warnings,
        infos,
      };
    case "vector":
      return {
        kind: "ok",
        series: data.result.map(({ metric, value }) => ({ labels: metric, samples: [value] })),
        warnings,
        infos,
      };
    case "scalar":
      return { kind: "ok", series: [{ labels: {}, samples: [data.result] }], warnings, infos };
  }
}

function deniedWords(status: 401 | 403): string {
  return status === 401
    ? "status 401: credentials are missing or wrong"
    : "status 403: these credentials don't allow it";
}

/** The server that a redirect names; its path and query may hold anything. */
function hostOf({ location }: HttpReply): string {
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : "";
}

function readSample(written: unknown): Sample | null {
  if (!Array.isArray(written) || written.length !== 2) return null;
  const [at, value] = written as readonly unknown[];
  return typeof at === "number" && typeof value === "string" ? [at, readValue(value)] : null;
}

function readValue(text: string): number {
  switch (text) {
    case "NaN":
      return Number.NaN;
    case "+Inf":
      return Number.POSITIVE_INFINITY;
    case "-Inf":
      return Number.NEGATIVE_INFINITY;
    default:
      // An empty or garbled text is no zero.
      return text.trim() === "" ? Number.NaN : Number(text);
  }
}

function bad(message: string): QueryOutcome {
  return { kind: "bad-response", message };
}
