import { describe, expect, test } from "vitest";

import { applyEnvironment } from "./environment.ts";
import { projectSchema } from "./project.ts";
import type { Project } from "./project.ts";

const project = (environment: object): Project =>
  projectSchema.parse({
    apiVersion: "proofload.dev/v1",
    kind: "Project",
    metadata: { name: "p" },
    spec: {
      service: {
        url: "http://127.0.0.1:1",
        processes: {
          api: { command: ["node", "api.js"], env: { LEVEL: "info", ZONE: "a" } },
          store: { container: { image: "store", args: ["--fast"], env: { SIZE: "1" } } },
          queue: { start: ["up"], stop: ["down"] },
          mail: {},
        },
      },
      load: { scale: 2, env: { PEOPLE: "10", CITY: "x" }, scenarios: { load: { rate: 10, duration: "1m" } } },
      environments: { small: environment },
    },
  });

describe("an environment", () => {
  test("adds its arguments and variables to processes, however these are started", () => {
    const args = ["--more"];
    const env = { LEVEL: "debug" };
    const given = project({ processes: { api: { args, env }, store: { args, env }, queue: { args, env } } });
    expect(applyEnvironment(given, "small").spec.service.processes).toMatchObject({
      api: { command: ["node", "api.js", "--more"], env: { LEVEL: "debug", ZONE: "a" } },
      store: { container: { args: ["--fast", "--more"], env: { SIZE: "1", LEVEL: "debug" } } },
      queue: { start: ["up", "--more"], stop: ["down"], env: { LEVEL: "debug" } },
    });
  });

  test("replaces the url and changes the load, and leaves the rest", () => {
    const load = { scale: 0.5, env: { PEOPLE: "3" }, scenarios: { load: { rate: 4 }, soak: { duration: "1h" } } };
    const given = project({ url: "http://127.0.0.1:2", load });
    const { spec } = applyEnvironment(given, "small");
    expect(spec.service).toEqual({ ...given.spec.service, url: "http://127.0.0.1:2" });
    expect(spec.load).toEqual({
      scale: 0.5,
      env: { PEOPLE: "3", CITY: "x" },
      scenarios: { load: { rate: 4, duration: 60 }, soak: { duration: 3600 } },
    });
  });

  test("that says nothing changes nothing, and so does none", () => {
    const given = project({});
    expect(applyEnvironment(given, "small")).toEqual(given);
    expect(applyEnvironment(given, null)).toBe(given);
  });

  test.each([
    ["is not there", {}, "smal", "proofload.yaml has no environment 'smal'", "Did you mean 'small'?"],
    [
      "names a process that is not there",
      { processes: { aip: {} } },
      "small",
      "proofload.yaml: spec.environments.small.processes.aip: there is no process 'aip'",
      "Did you mean 'api'?",
    ],
    [
      "gives arguments to a process that somebody else starts",
      { processes: { mail: { args: ["--x"] } } },
      "small",
      "spec.environments.small.processes.mail.args: the run does not start mail",
      "command, a container",
    ],
    [
      "gives variables to one",
      { processes: { mail: { env: { A: "1" } } } },
      "small",
      "spec.environments.small.processes.mail.env: the run does not start mail",
      "command, a container",
    ],
  ])("that %s is refused", (_, environment, name, message, hint) => {
    let thrown: unknown = null;
    try {
      applyEnvironment(project(environment), name);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });
});
