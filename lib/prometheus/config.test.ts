import { expect, test } from "vitest";
import { parse } from "yaml";

import { prometheusArgv, prometheusConfig } from "./config.ts";

test("each job is scraped at its own address, path and scheme, at the asked interval", () => {
  const config: unknown = parse(prometheusConfig([{ name: "api", url: "https://127.0.0.1:8443/admin/metrics" }], 0.5));
  expect(config).toEqual({
    global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
    scrape_configs: [
      {
        job_name: "api",
        scheme: "https",
        metrics_path: "/admin/metrics",
        static_configs: [{ targets: ["127.0.0.1:8443"] }],
      },
    ],
  });
});

test("a page without a content type is scraped by a Prometheus since 3.0, as by those before it", () => {
  const jobs = [{ name: "api", url: "http://127.0.0.1:8080/metrics" }];
  const setting = (version: string): unknown =>
    (parse(prometheusConfig(jobs, 1, { version })) as { scrape_configs: Record<string, unknown>[] })
      .scrape_configs[0]?.["fallback_scrape_protocol"];
  expect(["2.42.0", "2.55.1", "unknown", "3.0.0", "3.14.0"].map(setting)).toEqual([
    undefined,
    undefined,
    undefined,
    "PrometheusText0.0.4",
    "PrometheusText0.0.4",
  ]);
});

test("Prometheus takes remote writes with native histograms, on 127.0.0.1 only", () => {
  expect(prometheusArgv({ program: "/p", configFile: "/c.yml", dataDir: "/d", port: 9 })).toEqual([
    "/p",
    "--config.file=/c.yml",
    "--storage.tsdb.path=/d",
    "--web.listen-address=127.0.0.1:9",
    "--web.enable-remote-write-receiver",
    "--enable-feature=native-histograms",
    "--log.level=warn",
  ]);
});
