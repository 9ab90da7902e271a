import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";

import { parseExperiment } from "../../chaos/experiment.ts";
import type { Experiment, ExperimentOptions } from "../../chaos/experiment.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import { parseGate } from "../../gates/model/parse-gate.ts";
import type { Gate } from "../../gates/model/parse-gate.ts";
import { parseSlos } from "../../gates/model/parse-slos.ts";
import type { Slo } from "../../gates/model/parse-slos.ts";
import { nearest } from "../../lib/config/nearest.ts";
import { projectSchema } from "../../lib/config/project.ts";
import type { Project } from "../../lib/config/project.ts";
import { parseYamlDocument } from "../../lib/config/yaml.ts";
import type { YamlSource } from "../../lib/config/yaml.ts";
import { usageError } from "../../lib/errors.ts";
import { readSource } from "../read-source.ts";

/** Reads proofload.yaml of a folder. */
export function readProject(dir: string): Project {
  const file = join(dir, "proofload.yaml");
  if (!existsSync(file)) {
    throw usageError(
      "no-project",
      `there is no proofload.yaml in ${dir}`,
      "Call proofload from the folder that holds it.",
    );
  }
  return parseYamlDocument(sourceOf(dir, file), projectSchema).value;
}

/** The path of a scenario's source. */
export function findScenario(dir: string, name: string): string {
  const plain = join(dir, "scenarios", `${name}.js`);
  return existsSync(plain) ? plain : findByName(dir, "scenario", "scenarios", name, ".ts");
}

/** The names of all scenarios of a project. */
export function scenarioNames(dir: string): readonly string[] {
  return [".ts", ".js"].flatMap((extension) => namesIn(join(dir, "scenarios"), extension));
}

/** The gate of a run for which none was asked: the one that is called like the scenario, or else `pr`; with faults it is `pr`. */
export function defaultGate(dir: string, scenario: string, experiment: string | null): string {
  return experiment === null && namesIn(join(dir, "gates"), ".yaml").includes(scenario) ? scenario : "pr";
}

/** The names of all experiments of a project. */
export function experimentNames(dir: string): readonly string[] {
  return namesIn(join(dir, "chaos", "experiments"), ".yaml");
}

/** Reads an experiment by its name. */
export function readExperiment(dir: string, name: string, options: Omit<ExperimentOptions, "faults">): Experiment {
  const file = findByName(dir, "experiment", join("chaos", "experiments"), name, ".yaml");
  return named(name, file, parseExperiment(sourceOf(dir, file), { faults: FAULTS, ...options }));
}

/** Reads a gate by its name. */
export function readGate(dir: string, name: string): Gate {
  const file = findByName(dir, "gate", "gates", name, ".yaml");
  return named(name, file, parseGate(sourceOf(dir, file)));
}

/** Reads all SLOs of a project. */
export function readSlos(dir: string): readonly Slo[] {
  const folder = join(dir, "gates", "slo");
  return parseSlos(namesIn(folder, ".yaml").map((name) => sourceOf(dir, join(folder, `${name}.yaml`))));
}

/** What is called by its file's name must have that name, or nobody could call it again by what a report says. */
function named<T extends { readonly name: string }>(name: string, file: string, found: T): T {
  if (found.name === name) return found;
  throw usageError(
    "wrong-name",
    `${file}: metadata.name: expected '${name}', as the file is called, found '${found.name}'`,
  );
}

function findByName(dir: string, what: string, folder: string, name: string, extension: string): string {
  const known = namesIn(join(dir, folder), extension);
  if (known.includes(name)) return join(dir, folder, `${name}${extension}`);
  const close = nearest(name, known);
  throw usageError(
    `unknown-${what}`,
    `no ${what} '${name}' in ${join(dir, folder)}`,
    close === undefined ? `Known are: ${known.join(", ") || "none"}.` : `Did you mean '${close}'?`,
  );
}

/** The names of the files of a folder that end so, without it, sorted; none where there is no folder. */
export function namesIn(folder: string, extension: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension))
    .map((file) => basename(file, extension))
    .toSorted();
}

function sourceOf(dir: string, file: string): YamlSource {
  return readSource(file, relative(dir, file));
}
