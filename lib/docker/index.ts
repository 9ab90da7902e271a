export { createDockerEngine } from "./create-engine.ts";
export { PROCESS_LABEL, RUN_LABEL } from "./engine.ts";
export type { ContainerEnd, ContainerId, ContainerSpec, DockerEngine } from "./engine.ts";
export { removeContainers, removeLateContainers } from "./remove-containers.ts";
