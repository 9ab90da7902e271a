import { z } from "zod";

import type { HttpReply } from "../http.ts";
import type { QueryOutcome } from "../run/evidence.ts";

/** Prometheus writes sample values as text, NaN and ±Inf among them. */
const sample = z.tuple([z.number(), z.string()]).transform(([at, value]) => [at, readValue(value)] as const);
const labels = z.record(z.string(), z.string());

const successSchema = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  infos: z.array(z.string()).optional(),
  data: z.discriminatedUnion("resultType", [
    z.object({
      resultType: z.literal("matrix"),
      result: z.array(z.object({ metric: labels, values: z.array(sample) })),
    }),
    z.object({ resultType: z.literal("vector"), result: z.array(z.object({ metric: labels, value: sample })) }),
    z.object({ resultType: z.literal("scalar"), result: sample }),
  ]),
});
const errorSchema = z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() });

/** Reads an answer of Prometheus's query API; anything that is not a plain success is a `bad-response`. */
export function parseQueryReply(reply: HttpReply): QueryOutcome {
  let body: unknown;
  try {
    body = JSON.parse(reply.text);
  } catch {
    return bad(`status ${reply.status}, not JSON: ${reply.text.slice(0, 120).trim()}`);
  }
  const error = errorSchema.safeParse(body);
  if (error.success) return bad(`${error.data.errorType}: ${error.data.error}`);
  if (reply.status !== 200) return bad(`status ${reply.status}`);
  const success = successSchema.safeParse(body);
  if (!success.success) return bad(`an unexpected answer (${z.prettifyError(success.error).replaceAll("\n", " ")})`);
  const { data, warnings = [], infos = [] } = success.data;
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
