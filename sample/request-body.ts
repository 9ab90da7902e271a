import type { IncomingMessage } from "node:http";

import type { z } from "zod";

const LIMIT_BYTES = 16 * 1024;
const DISCARD_LIMIT_BYTES = 1024 * 1024;

/** A request that can't be served as it is; the message is shown to the client. */
export class RequestError extends Error {
  readonly status: 400 | 413;
  readonly problems: readonly string[];

  constructor(status: 400 | 413, message: string, problems: readonly string[] = []) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.problems = problems;
  }
}

/** Reads a JSON body of at most 16 KiB and checks it; throws a {@link RequestError} (400 or 413). */
export async function readJson<T>(request: IncomingMessage, schema: z.ZodType<T>): Promise<T> {
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestError(400, "the body is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  throw new RequestError(400, "the body is not valid", problems);
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const tooLarge = () => reject(new RequestError(413, `the body is larger than ${LIMIT_BYTES} bytes`));
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= LIMIT_BYTES) chunks.push(chunk);
      // Up to here the rest is read and thrown away: an answer in mid-upload would reach few clients.
      else if (bytes > DISCARD_LIMIT_BYTES) tooLarge();
    });
    request.on("end", () => (bytes > LIMIT_BYTES ? tooLarge() : resolve(Buffer.concat(chunks).toString("utf8"))));
    request.on("error", reject);
    request.on("close", () => reject(new RequestError(400, "the request was cut off")));
  });
}
