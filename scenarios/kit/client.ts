import http from "k6/http";
import type { Params, RefinedResponse, ResponseType } from "k6/http";

import { declareRequest } from "./declared.ts";
import { readSeconds } from "./duration.ts";
import { variable } from "./env.ts";
import { BAGGAGE, drawGap, newTraceId, tellFailure, traceparent } from "./trace.ts";

const BASE_URL = variable("PROOFLOAD_TARGET_URL").text({ default: "http://127.0.0.1:8080" }).replace(/\/+$/, "");
const TIMEOUT = "10s";
const JSON_HEADERS = { "content-type": "application/json" };
const MAX_NAME_LENGTH = 200;
/** As k6 has it. */
const USUAL: readonly Status[] = [{ min: 200, max: 399 }];

type Response = RefinedResponse<ResponseType | undefined>;
/** An object is sent as JSON, a text or bytes (a buffer or a view of one, such as a Uint8Array) as they are. */
type Body = object | string | null;
/** What one request has beside what all of its kind have. */
type Extra = Omit<Params, "responseCallback" | "tags"> & { readonly tags?: Readonly<Record<string, string>> };
type Status = number | { readonly min: number; readonly max: number };

type TraceHeaders = Record<string, string> & { traceparent: string };

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
  const expected = options.expected ?? USUAL;
  const timeoutSeconds = readSeconds(options.timeout ?? TIMEOUT);
  if (timeoutSeconds === null) {
    throw new Error(`endpoint("${name}"): timeout: expected a duration such as 10s, found '${options.timeout}'`);
  }
  // Objects for all iterations: making them each time costs more than the request's own bookkeeping, and so does each field.
  const bare: Params = {
    tags: { name },
    timeout: timeoutSeconds * 1000,
    ...(options.responseType === undefined ? {} : { responseType: options.responseType }),
    ...(options.expected === undefined ? {} : { responseCallback: http.expectedStatuses(...expected) }),
  };
  const json: Params = { ...bare, headers: JSON_HEADERS };
  const bareTrace: TraceHeaders = { baggage: BAGGAGE, traceparent: "" };
  const jsonTrace: TraceHeaders = { ...JSON_HEADERS, ...bareTrace };
  const bareTraced: Params = { ...bare, headers: bareTrace };
  const jsonTraced: Params = { ...json, headers: jsonTrace };

  // What follows is done by each request. In k6 that is dear: a destructuring or a class that is asked for costs as much as ten plain steps.
  let untracedLeft = drawGap();
  let traceId = "";
  const beginTrace = (traced: Params, headers: TraceHeaders): Params => {
    untracedLeft = drawGap();
    traceId = newTraceId();
    headers.traceparent = traceparent(traceId);
    return traced;
  };
  const tellUnexpected = (status: number): void => {
    if (!isExpected(expected, status)) tellFailure(name, status, traceId);
  };
  /** By k6's function for that method: it has fewer arguments to convert than http.request. */
  const sendBy =
    (send: typeof http.post): Endpoint["post"] =>
    (path, body, extra) => {
      const isJson = isObject(body);
      const payload = isJson ? JSON.stringify(body) : readBytes(body);
      const isTraced = untracedLeft === 0;
      let params = isJson ? json : bare;
      if (isTraced) params = isJson ? beginTrace(jsonTraced, jsonTrace) : beginTrace(bareTraced, bareTrace);
      else untracedLeft -= 1;
      const response = send(BASE_URL + path, payload, extra === undefined ? params : join(params, extra));
      if (isTraced) tellUnexpected(response.status);
      return response;
    };
  return {
    // The same, but shorter: it is what loads do most.
    get: (path, extra) => {
      const isTraced = untracedLeft === 0;
      let params = bare;
      if (isTraced) params = beginTrace(bareTraced, bareTrace);
      else untracedLeft -= 1;
      const response = http.get(BASE_URL + path, extra === undefined ? params : join(params, extra));
      if (isTraced) tellUnexpected(response.status);
      return response;
    },
    post: sendBy(http.post),
    put: sendBy(http.put),
    patch: sendBy(http.patch),
    del: sendBy(http.del),
    request: (method, path, body, extra) =>
      sendBy((url, payload, params) => http.request(method, url, payload, params))(path, body, extra),
  };
}

/** Whether a body is sent as JSON. Only a buffer has that field; asking for its class first is slow in k6. */
function isObject(body: Body | undefined): body is object {
  if (typeof body !== "object" || body === null) return false;
  return !("byteLength" in body) || !(body instanceof ArrayBuffer || ArrayBuffer.isView(body));
}

/** What is sent as it is. */
function readBytes(body: Body | undefined): string | ArrayBuffer | null {
  if (typeof body !== "object" || body === null || !ArrayBuffer.isView(body))
    return (body ?? null) as string | ArrayBuffer | null;
  // k6 knows no view but a Uint8Array.
  return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) as ArrayBuffer;
}

function join(params: Params, extra: Extra): Params {
  return {
    ...params,
    ...extra,
    headers: { ...params.headers, ...extra.headers },
    // The name last: it is what the series is called.
    tags: { ...extra.tags, ...params.tags },
  };
}

function isExpected(expected: readonly Status[], status: number): boolean {
  if (expected === USUAL) return status >= 200 && status <= 399;
  return expected.some((one) => (typeof one === "number" ? status === one : status >= one.min && status <= one.max));
}
