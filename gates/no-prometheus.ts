/** Says that there is no Prometheus for us at an address, and why: what the client says of its answer, or that there was none. */
export function noPrometheusWords(url: string, why: string): string {
  return `no Prometheus answers on ${url}: ${why.replace(`${url} did not answer: `, "")}`;
}
