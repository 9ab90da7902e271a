import { usageError } from "../errors.ts";
import { nearest } from "./nearest.ts";
import { isStartedByRun } from "./project.ts";
import type { Project } from "./project.ts";

type Service = Project["spec"]["service"];
type Process = Service["processes"][string];
type Load = Project["spec"]["load"];
type Environment = Project["spec"]["environments"][string];
type ProcessChange = Environment["processes"][string];

/**
 * The project as an environment of it changes it, so that nobody else needs to know of environments: another url,
 * arguments and variables of processes, another load. An environment that is not there, or one that names a process which
 * is not there or which the run does not start, is an error (exit code 2). Null: the project as it is.
 */
export function applyEnvironment(project: Project, name: string | null): Project {
  if (name === null) return project;
  const { spec } = project;
  const environment = spec.environments[name];
  if (environment === undefined) {
    const known = Object.keys(spec.environments);
    const hint = known.length === 0 ? "It has none at all." : wordsFor(name, known);
    throw usageError("unknown-environment", `proofload.yaml has no environment '${name}'`, hint);
  }
  checkProcesses(spec.service, environment, `spec.environments.${name}`);
  const processes = Object.entries(spec.service.processes).map(([process, given]) => {
    const change = environment.processes[process];
    return [process, change === undefined ? given : changeProcess(given, change)] as const;
  });
  const service = {
    ...spec.service,
    processes: Object.fromEntries(processes),
    url: environment.url ?? spec.service.url,
  };
  return { ...project, spec: { ...spec, service, load: changeLoad(spec.load, environment.load) } };
}

function checkProcesses(service: Service, environment: Environment, path: string): void {
  const known = Object.keys(service.processes);
  for (const [name, change] of Object.entries(environment.processes)) {
    const process = service.processes[name];
    const at = `proofload.yaml: ${path}.processes.${name}`;
    if (process === undefined) {
      throw usageError("unknown-process", `${at}: there is no process '${name}'`, wordsFor(name, known));
    }
    if (isStartedByRun(process)) continue;
    const key = change.args.length > 0 ? "args" : "env";
    throw usageError(
      "process-not-ours",
      `${at}.${key}: the run does not start ${name}, so nothing can be given to it`,
      `Give ${name} a command, a container, or start and stop.`,
    );
  }
}

function changeProcess(process: Process, { args, env }: ProcessChange): Process {
  const { command, container, start } = process;
  return {
    ...process,
    env: { ...process.env, ...env },
    ...(command === undefined ? {} : { command: [...command, ...args] as const }),
    ...(start === undefined ? {} : { start: [...start, ...args] as const }),
    ...(container === undefined
      ? {}
      : { container: { ...container, args: [...container.args, ...args], env: { ...container.env, ...env } } }),
  };
}

function changeLoad(load: Load, change: Load): Load {
  const names = [...new Set([...Object.keys(load.scenarios), ...Object.keys(change.scenarios)])];
  return {
    ...load,
    ...change,
    env: { ...load.env, ...change.env },
    scenarios: Object.fromEntries(names.map((name) => [name, { ...load.scenarios[name], ...change.scenarios[name] }])),
  };
}

function wordsFor(word: string, known: readonly string[]): string {
  const close = nearest(word, known);
  return close === undefined ? `Known are: ${known.join(", ") || "none"}.` : `Did you mean '${close}'?`;
}
