import { stringify } from "yaml";

export interface ScrapeJob {
  readonly name: string;
  /** http://HOST:PORT/PATH */
  readonly url: string;
}

export interface PrometheusConfigOptions {
  /** Of the program that reads it, such as `2.42.0`. */
  readonly version?: string;
  /** Rules that are evaluated, as absolute paths. */
  readonly rules?: readonly string[];
  /** Where alerts are sent to. */
  readonly alertmanager?: string | null;
}

/** The text of a prometheus.yml that scrapes these jobs, each with its name as the `job` label. */
export function prometheusConfig(
  jobs: readonly ScrapeJob[],
  scrapeIntervalSeconds: number,
  { version = "", rules = [], alertmanager = null }: PrometheusConfigOptions = {},
): string {
  const interval = `${Math.round(scrapeIntervalSeconds * 1000)}ms`;
  // Since 3.0 a page is not scraped whose content type says nothing of a metrics page; before, the setting is not known.
  const fallback = Number(version.split(".")[0]) >= 3 ? { fallback_scrape_protocol: "PrometheusText0.0.4" } : {};
  return stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    ...(rules.length === 0 ? {} : { rule_files: rules }),
    ...(alertmanager === null ? {} : { alerting: { alertmanagers: [alertmanagerConfig(new URL(alertmanager))] } }),
    scrape_configs: jobs.map((job) => {
      const url = new URL(job.url);
      return {
        job_name: job.name,
        scheme: url.protocol.slice(0, -1),
        metrics_path: url.pathname,
        ...fallback,
        static_configs: [{ targets: [url.host] }],
      };
    }),
  });
}

function alertmanagerConfig({ protocol, pathname, host }: URL): object {
  return { scheme: protocol.slice(0, -1), path_prefix: pathname, static_configs: [{ targets: [host] }] };
}

/** The command line of a Prometheus that takes k6's remote writes and listens on 127.0.0.1 only. */
export function prometheusArgv(options: {
  readonly program: string;
  readonly configFile: string;
  readonly dataDir: string;
  readonly port: number;
}): readonly [string, ...string[]] {
  return [
    options.program,
    `--config.file=${options.configFile}`,
    `--storage.tsdb.path=${options.dataDir}`,
    `--web.listen-address=127.0.0.1:${options.port}`,
    "--web.enable-remote-write-receiver",
    // A no-op since 3.9, needed before.
    "--enable-feature=native-histograms",
    "--log.level=warn",
  ];
}
