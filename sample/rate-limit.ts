/** A token bucket that holds one second's worth: each call asks whether one more request may pass. */
export function createRateLimit(perSecond: number, nowMs: () => number = () => performance.now()): () => boolean {
  let tokens = perSecond;
  let filledMs = nowMs();
  return () => {
    const now = nowMs();
    tokens = Math.min(perSecond, tokens + ((now - filledMs) / 1000) * perSecond);
    filledMs = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
