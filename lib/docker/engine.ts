import type { Writable } from "node:stream";

/** The engine's own id of a container: a name may come to mean another one. */
export type ContainerId = string & { readonly kind: "ContainerId" };

/** A container to create. */
export interface ContainerSpec {
  readonly name: string;
  /** An image that the engine has: nothing is pulled. */
  readonly image: string;
  /** Arguments to the image's entry point; none leaves the image's own. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** TCP port of the container to port of 127.0.0.1. */
  readonly ports: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container as a list of them has it. */
export interface ListedContainer {
  readonly id: ContainerId;
  /** Without the leading slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** How a container ended. */
export interface ContainerEnd {
  readonly code: number;
  readonly outOfMemory: boolean;
}

/** A Docker engine. Each call but `waitForEnd` and `followLog` has a deadline; failures are errors with exit code 4. */
export interface DockerEngine {
  /** Where it is, as DOCKER_HOST says it. */
  readonly address: string;
  readonly version: string;
  /** The API version that is spoken with it. */
  readonly apiVersion: string;
  create(spec: ContainerSpec): Promise<ContainerId>;
  /** Starts it and answers the pid of its first process, as the engine's machine counts. */
  start(id: ContainerId): Promise<number>;
  /** Resolves when it has ended, also when somebody removed it; rejects only with the signal's reason. */
  waitForEnd(id: ContainerId, signal: AbortSignal): Promise<ContainerEnd>;
  /** Copies its output, past and coming, until it ends, the connection is lost or `signal` is aborted; never rejects. */
  followLog(id: ContainerId, to: Writable, signal: AbortSignal): Promise<void>;
  /** Asks it to end, and kills it after `graceSeconds`; fine when it is gone. */
  stop(id: ContainerId, graceSeconds: number): Promise<void>;
  /** Removes it, running or not, with its anonymous volumes; fine when it is gone. */
  remove(id: ContainerId): Promise<void>;
  /** All containers, running or not, that carry all of these labels. */
  find(labels: Readonly<Record<string, string>>): Promise<readonly ContainerId[]>;
  /** The containers that run now, with what they carry. */
  listRunning(): Promise<readonly ListedContainer[]>;
}

/** Label of every container that a run creates; its value is the run's id. */
export const RUN_LABEL = "proofload.run";
/** Label with the name that the container has in proofload.yaml. */
export const PROCESS_LABEL = "proofload.process";
