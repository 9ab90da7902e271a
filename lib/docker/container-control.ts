import { text } from "node:stream/consumers";

import type { NetworkConnectOptions } from "dockerode";
import { z } from "zod";

import { statusOf } from "./ask.ts";
import { openEngine } from "./open-engine.ts";
import type { EngineEnv } from "./open-engine.ts";

/** How a container is attached to a network, as far as it has to be attached again. */
export interface Attachment {
  readonly network: string;
  readonly aliases: readonly string[];
  /** The IPv4 address that was asked for; null where the engine chose it. */
  readonly address: string | null;
  /** The same of IPv6. */
  readonly address6: string | null;
  readonly linkLocal: readonly string[];
  /** Old-style links: `container:alias`. */
  readonly links: readonly string[];
  /** Null where the engine made it of the address. */
  readonly mac: string | null;
  readonly driverOptions: Readonly<Record<string, string>>;
}

/** Limits of a container as the engine keeps them; 0 means none. */
export interface ContainerLimits {
  readonly cpuQuota: number;
  readonly cpuPeriod: number;
  readonly nanoCpus: number;
  readonly memory: number;
  readonly memorySwap: number;
}

/** A container as it is now. */
export interface ContainerState {
  readonly name: string;
  readonly running: boolean;
  readonly paused: boolean;
  /** Of this start: another one is another start of the same container. */
  readonly startedAt: string;
  /** Of its first process as the engine's machine counts; 0 when it does not run. */
  readonly pid: number;
  /** Whether its kernel killed it, or a process of it, for want of memory. */
  readonly outOfMemory: boolean;
  /** Whether the engine removes it when it ends. */
  readonly removedAtEnd: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
  readonly limits: ContainerLimits;
  readonly mounts: readonly { readonly source: string; readonly destination: string }[];
  /** Where its own changes to its root file system are on the engine's machine, if the engine says so. */
  readonly upperDir: string | null;
}

/** What a container uses, and what of that was held back. */
export interface ContainerUse {
  /** Periods in which a CPU limit was in force, and those in which it held the container back. */
  readonly cpuPeriods: number;
  readonly throttledPeriods: number;
  readonly memoryLimit: number;
}

/** What an engine can do to its containers; which of it depends on its kernel's control groups and on whether it runs as root. */
export interface EngineAbilities {
  readonly cpuLimit: boolean;
  readonly memoryLimit: boolean;
  /** Whether containers can be paused. */
  readonly pause: boolean;
  /** How it runs: `without root, cgroup v2, cgroup driver none`. */
  readonly words: string;
}

/** What faults do to containers that somebody runs. Each call has a deadline; failures are errors with exit code 4. */
export interface ContainerControl {
  abilities(): Promise<EngineAbilities>;
  /** Null when it is gone. */
  inspect(id: string): Promise<ContainerState | null>;
  use(id: string): Promise<ContainerUse>;
  /** How often since then (Unix seconds) the engine saw the kernel kill a process of it for want of memory. */
  outOfMemorySince(id: string, since: number): Promise<number>;
  kill(id: string, signal: string): Promise<void>;
  pause(id: string): Promise<void>;
  unpause(id: string): Promise<void>;
  start(id: string): Promise<void>;
  /** Asks it to end, and kills it after `graceSeconds`. */
  stop(id: string, graceSeconds: number): Promise<void>;
  /** Changes limits, those that are given. */
  update(id: string, limits: Partial<ContainerLimits>): Promise<void>;
  attach(id: string, attachment: Attachment): Promise<void>;
  detach(id: string, network: string): Promise<void>;
}

const networkSchema = z.object({
  Aliases: z.array(z.string()).nullish(),
  IPAMConfig: z
    .object({
      IPv4Address: z.string().optional(),
      IPv6Address: z.string().optional(),
      LinkLocalIPs: z.array(z.string()).nullish(),
    })
    .nullish(),
  Links: z.array(z.string()).nullish(),
  IPAddress: z.string().default(""),
  MacAddress: z.string().default(""),
  DriverOpts: z.record(z.string(), z.string()).nullish(),
});
const inspectSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  State: z.object({
    Running: z.boolean(),
    Paused: z.boolean(),
    Restarting: z.boolean().default(false),
    OOMKilled: z.boolean().default(false),
    StartedAt: z.string(),
    Pid: z.number(),
  }),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
  NetworkSettings: z.object({ Networks: z.record(z.string(), networkSchema).nullish() }),
  HostConfig: z.object({
    AutoRemove: z.boolean().nullish(),
    CpuQuota: z.number().nullish(),
    CpuPeriod: z.number().nullish(),
    NanoCpus: z.number().nullish(),
    Memory: z.number().nullish(),
    MemorySwap: z.number().nullish(),
  }),
  Mounts: z.array(z.object({ Source: z.string().nullish(), Destination: z.string() })).nullish(),
  GraphDriver: z.object({ Data: z.record(z.string(), z.string()).nullish() }).nullish(),
});
const infoSchema = z.object({
  // Engines before 20.10 don't say it, and know version 1 only.
  CgroupVersion: z.string().default("1"),
  CgroupDriver: z.string().default("cgroupfs"),
  SecurityOptions: z.array(z.string()).nullish(),
  // What an engine leaves out is found by the proof.
  MemoryLimit: z.boolean().default(true),
  CpuCfsQuota: z.boolean().default(true),
});
const statsSchema = z.object({
  cpu_stats: z.object({ throttling_data: z.object({ periods: z.number(), throttled_periods: z.number() }) }),
  memory_stats: z.object({ limit: z.number().optional() }),
});

const STOP_TAKES_MS = 20_000;

/** Control of the containers on the engine at `address`, as DOCKER_HOST has it; throws as `createDockerEngine` does. */
export async function createContainerControl(env: EngineEnv, address: string): Promise<ContainerControl> {
  const { docker, ask } = await openEngine(env, address);
  const control: ContainerControl = {
    abilities: async () => {
      const info = await ask("tell what it can do", (abortSignal) => docker.info({ abortSignal }));
      return abilitiesOf(infoSchema.parse(info));
    },
    inspect: async (id) => {
      try {
        const found = await ask("tell how a container is", (abortSignal) =>
          docker.getContainer(id).inspect({ abortSignal }),
        );
        return stateOf(inspectSchema.parse(found));
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    use: async (id) => {
      const stats = await ask("tell what a container uses", (abortSignal) =>
        docker.getContainer(id).stats({ stream: false, "one-shot": true, abortSignal } as { stream: false }),
      );
      const { cpu_stats: cpu, memory_stats: memory } = statsSchema.parse(stats);
      return {
        cpuPeriods: cpu.throttling_data.periods,
        throttledPeriods: cpu.throttling_data.throttled_periods,
        memoryLimit: memory.limit ?? 0,
      };
    },
    outOfMemorySince: async (id, since) => {
      // One that is to end now: else it would be followed.
      const until = env.clock.now() / 1000;
      const filters = { container: [id], event: ["oom"] };
      const told = await ask("tell what happened to a container", async (abortSignal) =>
        text(await docker.getEvents({ since, until, filters, abortSignal })),
      );
      return told.split("\n").filter((line) => line.trim() !== "").length;
    },
    kill: async (id, signal) => {
      await ask("kill a container", (abortSignal) => docker.getContainer(id).kill({ signal, abortSignal }));
    },
    pause: async (id) => {
      await ask("pause a container", (abortSignal) => docker.getContainer(id).pause({ abortSignal }));
    },
    unpause: async (id) => {
      await ask("unpause a container", (abortSignal) => docker.getContainer(id).unpause({ abortSignal }));
    },
    start: async (id) => {
      await ask("start a container", (abortSignal) => docker.getContainer(id).start({ abortSignal })).catch(
        // 304: it runs.
        ignore([304]),
      );
    },
    stop: async (id, graceSeconds) => {
      const stop = (abortSignal: AbortSignal): Promise<unknown> =>
        docker.getContainer(id).stop({ t: graceSeconds, abortSignal });
      await ask("stop a container", stop, STOP_TAKES_MS + graceSeconds * 1000).catch(ignore([304]));
    },
    update: async (id, limits) => {
      const changes = {
        ...(limits.cpuQuota === undefined ? {} : { CpuQuota: limits.cpuQuota }),
        ...(limits.cpuPeriod === undefined ? {} : { CpuPeriod: limits.cpuPeriod }),
        ...(limits.nanoCpus === undefined ? {} : { NanoCpus: limits.nanoCpus }),
        ...(limits.memory === undefined ? {} : { Memory: limits.memory }),
        ...(limits.memorySwap === undefined ? {} : { MemorySwap: limits.memorySwap }),
      };
      await ask("change a container's limits", (abortSignal) =>
        docker.getContainer(id).update({ ...changes, abortSignal }),
      );
    },
    attach: async (id, attachment) => {
      const { network } = attachment;
      const EndpointConfig = endpointOf(attachment);
      await ask("attach a container to a network", (abortSignal) =>
        docker.getNetwork(network).connect({ Container: id, EndpointConfig, abortSignal } as NetworkConnectOptions),
      ).catch(async (error: unknown) => {
        // 403: it is attached.
        const state = await control.inspect(id);
        if (state?.attachments.some((one) => one.network === network) !== true) throw error;
      });
    },
    detach: async (id, network) => {
      await ask("detach a container from a network", (abortSignal) =>
        docker.getNetwork(network).disconnect({ Container: id, Force: true, abortSignal } as NetworkConnectOptions),
      );
    },
  };
  return control;
}

function endpointOf({ network, aliases, links, mac, driverOptions, ...addresses }: Attachment): object {
  const { address, address6, linkLocal } = addresses;
  const IPAMConfig = {
    ...(address === null ? {} : { IPv4Address: address }),
    ...(address6 === null ? {} : { IPv6Address: address6 }),
    ...(linkLocal.length === 0 ? {} : { LinkLocalIPs: [...linkLocal] }),
  };
  return {
    // The default network knows no names.
    ...(network === "bridge" ? {} : { Aliases: [...aliases] }),
    ...(Object.keys(IPAMConfig).length === 0 ? {} : { IPAMConfig }),
    ...(links.length === 0 ? {} : { Links: [...links] }),
    ...(mac === null ? {} : { MacAddress: mac }),
    ...(Object.keys(driverOptions).length === 0 ? {} : { DriverOpts: { ...driverOptions } }),
  };
}

function attachmentOf(network: string, found: z.infer<typeof networkSchema>, id: string): Attachment {
  const { Aliases, IPAMConfig, Links, IPAddress, MacAddress, DriverOpts } = found;
  // libnetwork's netutils.GenerateMACFromIP: one that was made of an address must not outlive it, for the address may be given to another container.
  const derived = `02:42:${IPAddress.split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join(":")}`;
  return {
    network,
    // The engine adds the id by itself.
    aliases: (Aliases ?? []).filter((alias) => !id.startsWith(alias)),
    address: IPAMConfig?.IPv4Address ?? null,
    address6: IPAMConfig?.IPv6Address ?? null,
    linkLocal: IPAMConfig?.LinkLocalIPs ?? [],
    links: Links ?? [],
    mac: MacAddress === "" || MacAddress === derived ? null : MacAddress,
    driverOptions: DriverOpts ?? {},
  };
}

function abilitiesOf(info: z.infer<typeof infoSchema>): EngineAbilities {
  const { CgroupVersion, CgroupDriver, SecurityOptions, MemoryLimit, CpuCfsQuota } = info;
  // An engine without root has no control groups but those that somebody delegated to it.
  const hasGroups = CgroupDriver !== "none";
  const rootless = SecurityOptions?.some((option) => option.split(",").includes("name=rootless")) === true;
  return {
    cpuLimit: hasGroups && CpuCfsQuota,
    memoryLimit: hasGroups && MemoryLimit,
    pause: hasGroups,
    words: `${rootless ? "without" : "as"} root, cgroup v${CgroupVersion}, cgroup driver ${CgroupDriver}`,
  };
}

function ignore(statuses: readonly number[]): (error: unknown) => void {
  return (error) => {
    const status = statusOf(error);
    if (status === undefined || !statuses.includes(status)) throw error;
  };
}

function stateOf(found: z.infer<typeof inspectSchema>): ContainerState {
  const { State, HostConfig, Config, NetworkSettings, Mounts, GraphDriver } = found;
  return {
    name: found.Name.replace(/^\//, ""),
    // An engine that waits before it restarts a container calls it running.
    running: State.Running && !State.Restarting,
    paused: State.Paused,
    startedAt: State.StartedAt,
    pid: State.Pid,
    outOfMemory: State.OOMKilled,
    removedAtEnd: HostConfig.AutoRemove ?? false,
    labels: Config.Labels ?? {},
    attachments: Object.entries(NetworkSettings.Networks ?? {}).map(([network, one]) =>
      attachmentOf(network, one, found.Id),
    ),
    limits: {
      cpuQuota: HostConfig.CpuQuota ?? 0,
      cpuPeriod: HostConfig.CpuPeriod ?? 0,
      nanoCpus: HostConfig.NanoCpus ?? 0,
      memory: HostConfig.Memory ?? 0,
      memorySwap: HostConfig.MemorySwap ?? 0,
    },
    mounts: (Mounts ?? []).flatMap(({ Source, Destination }) =>
      Source === undefined || Source === null || Source === "" ? [] : [{ source: Source, destination: Destination }],
    ),
    upperDir: GraphDriver?.Data?.["UpperDir"] ?? null,
  };
}
