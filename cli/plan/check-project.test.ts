import { expect, test } from "vitest";

import { projectSchema } from "../../lib/config/project.ts";
import type { Project } from "../../lib/config/project.ts";
import { checkProject } from "./check-project.ts";

const project = (service: object, more: object = {}): Project =>
  projectSchema.parse({
    apiVersion: "proofload.dev/v1",
    kind: "Project",
    metadata: { name: "p" },
    spec: { service: { url: "http://127.0.0.1:1", requests: 'r_total{job="a"}', processes: {}, ...service }, ...more },
  });
const process = { command: ["x"], ready: "http://127.0.0.1:1/health" };

test("a project whose addresses and selector can be used is fine", () => {
  checkProject(project({ processes: { a: { ...process, metrics: "http://127.0.0.1:2/metrics" } } }));
});

test("a url alone is enough, and a process needs no address of its own", () => {
  checkProject(project({ requests: undefined, processes: { a: { command: ["x"] }, b: {} } }));
});

test.each([
  ["prometheus", { prometheus: { url: "http://h:99999" } }, "spec.prometheus.url: 'http://h:99999' is no address"],
  ["output", { outputs: { openTelemetry: { endpoint: "h:99999" } } }, "spec.outputs.openTelemetry.endpoint"],
])("a bad address of the %s is refused", (_, more, said) => {
  expect(() => checkProject(project({}, more))).toThrow(said);
});

test.each([
  ["url", { url: "http://127.0.0.1:99999" }, "spec.service.url: 'http://127.0.0.1:99999' is no address"],
  ["selector", { requests: "rate(r_total[1m])" }, "spec.service.requests: expected a plain selector"],
  ["empty selector", { requests: "" }, "spec.service.requests"],
  ["ready", { processes: { a: { ...process, ready: "http://a[b/" } } }, "processes.a.ready"],
  ["metrics", { processes: { a: { ...process, metrics: "http://h:99999/m" } } }, "processes.a.metrics"],
  [
    "port of a container",
    { processes: { a: { container: { image: "i", ports: { 80: "http" } } } } },
    "ports.80: 'http' is no port",
  ],
  [
    "port in a container",
    { processes: { a: { container: { image: "i", ports: { 99999: "80" } } } } },
    "ports: '99999' is no port",
  ],
  ["listen", { proxies: { s: { listen: "127.0.0.1:x", upstream: "h:1", probe: "/" } } }, "proxies.s.listen"],
])("one with a bad %s is refused before anything starts", (_, service, said) => {
  expect(() => checkProject(project(service))).toThrow(said);
});
