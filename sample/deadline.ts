/** What a call is aborted with when its time is up. */
export class DeadlineError extends Error {
  constructor(afterMs: number) {
    super(`no answer within ${afterMs} ms`);
    this.name = "DeadlineError";
  }
}

/** Runs a call whose signal is aborted after `afterMs`; an answer that had come in by then still counts. */
export async function withDeadline<T>(afterMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let late: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // A process that was itself held up runs its timers before it reads its sockets: read them first.
    late = setImmediate(() => controller.abort(new DeadlineError(afterMs)));
  }, afterMs);
  try {
    return await call(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    clearTimeout(timer);
    clearImmediate(late);
  }
}
