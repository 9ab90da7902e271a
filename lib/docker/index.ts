export { createContainerControl } from "./container-control.ts";
export type {
  Attachment,
  ContainerControl,
  ContainerLimits,
  ContainerState,
  EngineAbilities,
} from "./container-control.ts";
export { createDockerEngine } from "./create-engine.ts";
export { PROCESS_LABEL, RUN_LABEL } from "./engine.ts";
export type { ContainerEnd, ContainerId, ContainerSpec, DockerEngine, ListedContainer } from "./engine.ts";
export { removeContainers, removeLateContainers } from "./remove-containers.ts";
