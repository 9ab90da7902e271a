import http from "k6/http";
import type { Params, RefinedResponse, ResponseType } from "k6/http";

import { declareRequest } from "./declared.ts";
import { readSeconds } from "./duration.ts";
import { variable } from "./env.ts";
import { BAGGAGE, drawTraced, newTraceId, tellFailure, traceparent } from "./trace.ts";

const BASE_URL = variable("PROOFLOAD_TARGET_URL").text({ default: "http://127.0.0.1:8080" }).replace(/\/+$/, "");
const TIMEOUT = "10s";
const JSON_HEADERS = { "content-type": "application/json" };
const MAX_NAME_LENGTH = 200;

type Response = RefinedResponse<ResponseType | undefined>;
/** An object is sent as JSON, a text or bytes (a buffer or a view of one, such as a Uint8Array) as they are. */
type Body = object | string | null;
/** What one request has beside what all of its kind have. */
type Extra = Omit<Params, "responseCallback" | "tags"> & { readonly tags?: Readonly<Record<string, string>> };
type Status = number | { readonly min: number; readonly max: number };

export interface EndpointOptions {
  /** Statuses that are good; 200 to 399 if left out. */
  readonly expected?: readonly Status[];
  /** As k6 writes it; 10 s if left out. */
  readonly timeout?: string;
  /** `text` keeps the body for the journey to read; if left out, k6's `discardResponseBodies` decides. */
  readonly responseType?: ResponseType;
}

/** One kind of request: its name is its label, whatever path it is sent to. */
export interface Endpoint {
  get(path: string, extra?: Extra): Response;
  post(path: string, body?: Body, extra?: Extra): Response;
  put(path: string, body?: Body, extra?: Extra): Response;
  patch(path: string, body?: Body, extra?: Extra): Response;
  del(path: string, body?: Body, extra?: Extra): Response;
  request(method: string, path: string, body?: Body, extra?: Extra): Response;
}

/** A named kind of request to the service under load, to be made once, in init code; k6 itself marks its responses as good or bad. */
export function endpoint(name: string, options: EndpointOptions = {}): Endpoint {
  if (name === "" || name.length > MAX_NAME_LENGTH || /:\/\/|\?/.test(name)) {
    throw new Error(`endpoint: expected a name such as "GET /recovery/{person}" and no URL, found "${name}"`);
  }
  declareRequest(name);
  const expected = options.expected ?? [{ min: 200, max: 399 }];
  const timeoutSeconds = readSeconds(options.timeout ?? TIMEOUT);
  if (timeoutSeconds === null) {
    throw new Error(`endpoint("${name}"): timeout: expected a duration such as 10s, found '${options.timeout}'`);
  }
  // Objects for all iterations: making them each time costs more than the request's own bookkeeping, and so does each field.
  const base = {
    tags: { name },
    timeout: timeoutSeconds * 1000,
    ...(options.responseType === undefined ? {} : { responseType: options.responseType }),
    ...(options.expected === undefined ? {} : { responseCallback: http.expectedStatuses(...expected) }),
  };
  const plain = forTracing(base, {});
  const json = forTracing({ ...base, headers: JSON_HEADERS }, JSON_HEADERS);

  const send = (isTraced: boolean, method: string, path: string, body: Body, extra?: Extra): Response => {
    const bytesOrText = readBytes(body);
    const isObject = bytesOrText === undefined;
    const payload = isObject ? JSON.stringify(body) : bytesOrText;
    const { untraced, traced, headers } = isObject ? json : plain;
    if (!isTraced) return http.request(method, BASE_URL + path, payload, join(untraced, extra));
    const traceId = newTraceId();
    headers.traceparent = traceparent(traceId);
    const response = http.request(method, BASE_URL + path, payload, join(traced, extra));
    if (!isExpected(expected, response.status)) tellFailure(name, response.status, traceId);
    return response;
  };
  const request = (method: string, path: string, body: Body = null, extra?: Extra): Response =>
    send(drawTraced(), method, path, body, extra);
  return {
    get: (path, extra) => {
      const isTraced = drawTraced();
      // What loads do most takes the shortest way.
      if (!isTraced && extra === undefined) return http.get(BASE_URL + path, base);
      return send(isTraced, "GET", path, null, extra);
    },
    post: (path, body, extra) => request("POST", path, body, extra),
    put: (path, body, extra) => request("PUT", path, body, extra),
    patch: (path, body, extra) => request("PATCH", path, body, extra),
    del: (path, body, extra) => request("DELETE", path, body, extra),
    request,
  };
}

/** What is sent as it is; undefined: it is to be JSON. */
function readBytes(body: Body): string | ArrayBuffer | null | undefined {
  if (typeof body !== "object" || body === null || body instanceof ArrayBuffer) return body;
  if (!ArrayBuffer.isView(body)) return undefined;
  // k6 knows no view but a Uint8Array.
  return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
}

/** Both kinds of parameters; the headers of the traced one get a traceparent before each request. */
function forTracing(untraced: Params, own: Readonly<Record<string, string>>) {
  const headers = { ...own, baggage: BAGGAGE, traceparent: "" };
  return { untraced, traced: { ...untraced, headers }, headers };
}

function join(params: Params, extra: Extra | undefined): Params {
  if (extra === undefined) return params;
  return {
    ...params,
    ...extra,
    headers: { ...params.headers, ...extra.headers },
    // The name last: it is what the series is called.
    tags: { ...extra.tags, ...params.tags },
  };
}

function isExpected(expected: readonly Status[], status: number): boolean {
  return expected.some((one) => (typeof one === "number" ? status === one : status >= one.min && status <= one.max));
}
