import { isStartedByRun } from "../../lib/config/project.ts";
import { createPrometheusClient } from "../../lib/prometheus/client.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { readScrapeIntervals } from "../../lib/prometheus/scrape-intervals.ts";
import type { Check, CheckedProject } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** All tries of it fit into the time of a check, so that who hangs is told as what it is. */
const ANSWERS_WITHIN_MS = 2000;

/** Where proofload.yaml names a Prometheus: it answers, takes what k6 writes, and scrapes what is there already. */
export const checkPrometheus: Check = {
  name: "prometheus",
  examine: async ({ env, project, signal }) => {
    const url = project?.filled.spec.prometheus.url;
    if (project === null || url === undefined) return [];
    const client = createPrometheusClient(env, url);
    const identity = await client.identify({ timeoutMs: ANSWERS_WITHIN_MS, signal });
    if (identity === null) {
      const cure = "Start it, or change spec.prometheus.url in proofload.yaml; without it a run starts its own.";
      return [bad("prometheus", `${url} does not answer as a Prometheus does`, cure)];
    }
    const intervals = await readScrapeIntervals(env, url);
    const { scrapeInterval } = project.filled.spec.prometheus;
    return [
      ok("prometheus", `${identity.version} at ${url}`),
      ...(await checkFeatures(client)),
      ...(await Promise.all(runningJobs(project).map((job) => checkJob(client, job)))),
      ...runningJobs(project).flatMap((job) => checkPace(job, intervals?.get(job) ?? [], scrapeInterval)),
    ];
  },
};

async function checkFeatures(client: PrometheusClient): Promise<readonly Finding[]> {
  const { remoteWrite, nativeHistograms } = await client.features();
  if (!remoteWrite) {
    const cure = "Start it with --web.enable-remote-write-receiver.";
    return [bad("prometheus", "it takes no remote write, by which k6's metrics come", cure)];
  }
  if (nativeHistograms) return [ok("prometheus", "it takes remote write and native histograms")];
  const cause = "it takes no native histograms: of k6's latencies it gets a few percentiles";
  return [warn("prometheus", cause, "Start it with --enable-feature=native-histograms.")];
}

/** Names of what it should scrape by now: what a run starts is not there yet. */
function runningJobs({ filled }: CheckedProject): readonly string[] {
  return Object.entries(filled.spec.service.processes).flatMap(([name, process]) =>
    process.metrics === undefined || isStartedByRun(process) ? [] : [name],
  );
}

async function checkJob(client: PrometheusClient, job: string): Promise<Finding> {
  const outcome = await client.query(`up{job="${job}"}`);
  if (outcome.kind !== "ok") return bad("prometheus", `asked for job ${job}: ${outcome.message}`, "Look at its log.");
  const values = outcome.series.map(({ samples }) => samples.at(-1)?.[1] ?? 0);
  if (values.length === 0) {
    const cure = `Add a scrape job '${job}' to its configuration; the name is that of the process in proofload.yaml.`;
    return bad("prometheus", `it scrapes no job '${job}'`, cure);
  }
  const down = values.filter((value) => value !== 1).length;
  if (down === 0) return ok("prometheus", `job ${job} is up (${values.length} of ${values.length})`);
  const cause = `${down} of ${values.length} targets of job ${job} are down`;
  return bad("prometheus", cause, `Its own page says why: ${client.url}/targets`);
}

function checkPace(job: string, intervals: readonly number[], wanted: number): readonly Finding[] {
  const other = intervals.find((seconds) => seconds !== wanted);
  if (other === undefined) return [];
  const cause = `it scrapes job ${job} every ${other} s, proofload.yaml says every ${wanted} s`;
  return [bad("prometheus", cause, "Make them the same: a gap between scrapes is told by it.")];
}
