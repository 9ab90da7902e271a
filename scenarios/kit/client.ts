import http from "k6/http";
import type { RefinedResponse, ResponseType } from "k6/http";

const BASE_URL = (__ENV["PROOFLOAD_TARGET_URL"] ?? "http://127.0.0.1:8080").replace(/\/+$/, "");
const TIMEOUT = "10s";

type Response = RefinedResponse<ResponseType | undefined>;

/** One kind of request: its name is its label, whatever path it is sent to. */
export interface Endpoint {
  get(path: string): Response;
  post(path: string, body: object): Response;
}

/** A named kind of request to the service under load; k6 marks 200 to 399 as expected. Make it once, in init code. */
export function endpoint(name: string): Endpoint {
  // One object for all iterations: making it each time costs more than the request's own bookkeeping.
  const params = { tags: { name }, timeout: TIMEOUT };
  const jsonParams = { ...params, headers: { "content-type": "application/json" } };
  return {
    get: (path) => http.get(BASE_URL + path, params),
    post: (path, body) => http.post(BASE_URL + path, JSON.stringify(body), jsonParams),
  };
}
