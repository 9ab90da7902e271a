import { usageError } from "../lib/errors.ts";

/** Something that a fault may be done to, because proofload.yaml names it under `targets`. */
export type Target =
  | {
      readonly kind: "process";
      readonly name: string;
      /** Where whoever starts the process writes its pid. */
      readonly pidFile: string;
      /** Answers 2xx when the process is of use. */
      readonly readyUrl: string;
    }
  | {
      readonly kind: "container";
      readonly name: string;
      /** The engine, as DOCKER_HOST has it. */
      readonly engine: string;
      /** The engine's own id: a name may come to mean another one. */
      readonly id: string;
      /** Answers below 400 when the container is of use; null where nothing of it can be asked from here. */
      readonly readyUrl: string | null;
    }
  | {
      readonly kind: "proxy";
      readonly name: string;
      /** API of the Toxiproxy that holds it. */
      readonly apiUrl: string;
      /** Its name there. */
      readonly proxyName: string;
      /** A cheap GET through the proxy, to measure with. */
      readonly probeUrl: string;
      /** The same past the proxy. */
      readonly directUrl: string;
    };

/** How a target is written in an experiment: `process/store`, `proxy/store`. */
export function targetRef(target: Target): string {
  return `${target.kind}/${target.name}`;
}

/** The target of that reference; an unknown one is an error that names those that opted in. */
export function findTarget(targets: readonly Target[], ref: string): Target {
  const found = targets.find((target) => targetRef(target) === ref);
  if (found !== undefined) return found;
  const known = targets.map(targetRef).join(", ");
  throw usageError(
    "unknown-target",
    `no target '${ref}' opted in`,
    known === ""
      ? "List it under `targets` in proofload.yaml."
      : `Those that did: ${known}. Add it under \`targets\` in proofload.yaml.`,
  );
}
