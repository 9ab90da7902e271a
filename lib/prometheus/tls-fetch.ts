import { Agent, fetch as undiciFetch } from "undici";

import type { Env } from "../env.ts";

/** A fetch that trusts these authorities (PEM), and shows this certificate. Node's own takes no agent of another undici. */
export function createTlsFetch(certificates: {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}): Env["fetch"] {
  const dispatcher = new Agent({ connect: { ...certificates } });
  const fetchWith: unknown = (url: string, init: object) => undiciFetch(url, { ...init, dispatcher });
  return fetchWith as Env["fetch"];
}
