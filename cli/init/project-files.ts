import { readFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import type { Env } from "../../lib/env.ts";
import { packageVersion } from "../version.ts";
import type { ServiceAddress } from "./read-url.ts";

/** A file of a new project; `path` counts from the project's folder. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** Where each template goes. Their names end in .tmpl, so that no tool takes them for code or configuration of this package. */
const COMMON = [
  ["scenarios/smoke.ts", "scenarios/smoke.ts"],
  ["scenarios/journeys/visit.ts", "scenarios/journeys/visit.ts"],
  ["scenarios/tsconfig.json", "scenarios/tsconfig.json"],
  ["gates/smoke.yaml", "gates/smoke.yaml"],
  ["gates/pr.yaml", "gates/pr.yaml"],
  ["gates/slo/availability.yaml", "gates/slo/availability.yaml"],
  ["github/proofload.yml", ".github/workflows/proofload.yml"],
] as const;
const FOR_HTTP = [
  ["proofload.yaml", "proofload.yaml"],
  ["chaos/experiments/slow-network.yaml", "chaos/experiments/slow-network.yaml"],
] as const;
const FOR_HTTPS = [["proofload-https.yaml", "proofload.yaml"]] as const;

/** One phase of the load; an experiment's load has three, each long enough to prove 99 %. */
const LOADS = { http: { rate: 60, seconds: 30 }, https: { rate: 20, seconds: 20 } } as const;
const TYPES_VERSION = "^1.7.0";
const PLACEHOLDER = /<<(\w+)>>/g;

/** The files of a new project for a service at `address`, package.json among them; `name` is the project's. */
export function projectFiles(
  env: Pick<Env, "packageDir">,
  name: string,
  address: ServiceAddress,
): readonly ProjectFile[] {
  const { protocol, path } = address;
  const values: Readonly<Record<string, string>> = {
    name,
    // As YAML: a path may end in a colon.
    url: yamlText(address.url),
    frontUrl: yamlText(`http://127.0.0.1:\${port.front}${path}`),
    probe: yamlText(`${path}/`),
    hostPort: address.hostPort,
    upstream: yamlText(address.hostPort),
    rate: String(LOADS[protocol].rate),
    seconds: String(LOADS[protocol].seconds),
  };
  const fill = (template: string): string =>
    readFileSync(join(env.packageDir, "cli", "init", "templates", `${template}.tmpl`), "utf8").replaceAll(
      PLACEHOLDER,
      (whole, key: string) => values[key] ?? whole,
    );
  const templates = [...(protocol === "https" ? FOR_HTTPS : FOR_HTTP), ...COMMON];
  return [
    ...templates.map(([template, path]) => ({ path, text: fill(template) })),
    { path: "package.json", text: packageJson(env, name) },
  ];
}

/** A project's name from its folder's. */
export function projectName(folder: string): string {
  const slug = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[-\d]+|-+$/g, "");
  return slug === "" ? "app" : slug;
}

function packageJson(env: Pick<Env, "packageDir">, name: string): string {
  const devDependencies = { "@types/k6": TYPES_VERSION, proofload: `^${packageVersion(env)}` };
  return `${JSON.stringify({ name, private: true, devDependencies }, null, 2)}\n`;
}

function yamlText(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
