import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Env } from "../../env.ts";
import { ProofloadError } from "../../errors.ts";
import type { ToolName } from "../catalog/index.ts";
import { ensureTools } from "../ensure-tools.ts";
import { createWorld, fastClock, programText, writeProgram, type World } from "../testing/world.ts";
import type { Tool, ToolProgress } from "../tool.ts";
import { aptConfig } from "./deb.ts";
import { goInstallArgv } from "./go.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

async function ensure(
  name: ToolName,
  more: {
    readonly env?: Env;
    readonly onProgress?: (progress: ToolProgress) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Tool | undefined> {
  const { env = world.env, onProgress = () => undefined, signal = new AbortController().signal } = more;
  return (await ensureTools(env, [name], { signal, onProgress })).get(name);
}

async function errorOf(promise: Promise<unknown>): Promise<ProofloadError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProofloadError) return error;
  throw new TypeError("expected a ProofloadError", { cause: error });
}

/** A `go` that writes a program where GOBIN says, and its arguments and environment beside the test's files. */
async function writeGo(binary: string, output: string): Promise<void> {
  await writeProgram(
    join(world.binDir, "go"),
    `#!/bin/sh
echo "$@ | $GOFLAGS | $PWD" > ${world.root}/go-was
printf '#!/bin/sh\\necho "${output}"\\n' > "$GOBIN/${binary}"
/bin/chmod +x "$GOBIN/${binary}"
`,
  );
}

test("go's command line is exact", () => {
  expect(goInstallArgv("/usr/bin/go", "go.k6.io/k6", "1.8.1")).toEqual([
    "/usr/bin/go",
    "install",
    "go.k6.io/k6@v1.8.1",
  ]);
});

test("where releases are closed, go builds it; what carries no version has the one that was asked for", async () => {
  await writeGo("server", "toxiproxy-server version git");
  const env = world.with({ vars: { GOFLAGS: "-mod=vendor" } });
  const tool = await ensure("toxiproxy", { env });
  const module = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0";
  expect(tool).toEqual({
    name: "toxiproxy",
    path: join(world.cacheDir, "toxiproxy-2.12.0-linux-x64", "toxiproxy-server"),
    version: "2.12.0",
    from: { kind: "go", detail: module },
  });
  expect(await readFile(join(world.root, "go-was"), "utf8")).toContain(
    `install ${module} | -buildvcs=false | ${world.cacheDir}/tmp`,
  );
  expect(await ensure("toxiproxy")).toMatchObject({
    version: "2.12.0",
    from: { kind: "cache", detail: `go ${module}` },
  });
});

test("a build that fails is told with its last words", async () => {
  await writeProgram(join(world.binDir, "go"), "#!/bin/sh\necho one >&2; echo 'requires go >= 1.99' >&2; exit 1\n");
  const { message } = await errorOf(ensure("k6"));
  expect(message).toContain(
    `- go install go.k6.io/k6@v1.8.1: \`${world.binDir}/go install go.k6.io/k6@v1.8.1\` ended with code 1: one | requires go >= 1.99`,
  );
});

/** What it starts outlives it, and holds its output open: a fetch that ends only `go` would wait for it. */
const SLOW_GO = "#!/bin/sh\n/bin/sleep 1000 &\nwait\n";

test("a build tells how long it has been at it, and one that takes too long is ended with all it started", async () => {
  await writeProgram(join(world.binDir, "go"), SLOW_GO);
  const steps: ToolProgress["step"][] = [];
  const env = world.with({ clock: fastClock(world.env.clock, 200) });
  const { message } = await errorOf(ensure("k6", { env, onProgress: ({ step }) => steps.push(step) }));
  expect(message).toContain("took longer than 600 s");
  const elapsed = steps.flatMap((step) => (step.kind === "working" ? [step.elapsedMs] : []));
  expect(elapsed.length).toBeGreaterThan(5);
  expect(elapsed).toEqual(elapsed.toSorted((a, b) => a - b));
});

test("an abort ends a build with all it started and leaves nothing", async () => {
  await writeProgram(join(world.binDir, "go"), SLOW_GO);
  const abort = new AbortController();
  const reason = new Error("SIGINT");
  const building = ensure("k6", {
    signal: abort.signal,
    env: world.with({ clock: fastClock(world.env.clock, 20) }),
    onProgress: ({ step }) => {
      if (step.kind === "working" && step.elapsedMs > 0) abort.abort(reason);
    },
  });
  await expect(building).rejects.toBe(reason);
  expect(await readdir(join(world.cacheDir, "tmp", "k6"))).toEqual([]);
});

test("apt is given folders of its own, no hooks, and short tries", () => {
  expect(aptConfig("/t/lists", "/t/cache").split("\n")).toEqual([
    "#clear APT::Update::Pre-Invoke;",
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    "#clear Acquire::IndexTargets::deb-src;",
    'Dir::State::lists "/t/lists/";',
    'Dir::Cache "/t/cache/";',
    'APT::Sandbox::User "root";',
    'APT::Get::AllowUnauthenticated "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "10";',
    'Acquire::https::Timeout "10";',
    "",
  ]);
});

test("where releases are closed, the distribution's package is unpacked, and its version is what its programs say", async () => {
  await writeProgram(
    join(world.binDir, "apt-get"),
    `#!/bin/sh\necho "$1 $3 $4" >> ${world.root}/apt-was\n[ "$3" = download ] && : > prometheus_2.45.3_amd64.deb\nexit 0\n`,
  );
  const fake = (name: string): string => `#!/bin/sh\\necho "${name}, version 2.45.3+ds (branch: x)"\\n`;
  await writeProgram(
    join(world.binDir, "dpkg"),
    `#!/bin/sh\n/bin/mkdir -p "$3/usr/bin"\nprintf '${fake("prometheus")}' > "$3/usr/bin/prometheus"\nprintf '${fake("promtool")}' > "$3/usr/bin/promtool"\n`,
  );
  expect(await ensure("promtool")).toEqual({
    name: "promtool",
    path: join(world.cacheDir, "prometheus-2.45.3+ds-linux-x64", "promtool"),
    version: "2.45.3+ds",
    from: { kind: "deb", detail: "prometheus" },
  });
  expect(await readFile(join(world.root, "apt-was"), "utf8")).toBe("-c update \n-c download prometheus\n");
  expect(await ensure("prometheus")).toMatchObject({ from: { kind: "cache", detail: "deb prometheus" } });
});

test("a distribution's package that is too old is refused", async () => {
  await writeProgram(join(world.binDir, "apt-get"), '#!/bin/sh\n[ "$3" = download ] && : > p.deb\nexit 0\n');
  const text = programText("prometheus, version 2.31.2+ds1 (branch: x)").replaceAll("\n", "\\n");
  await writeProgram(
    join(world.binDir, "dpkg"),
    `#!/bin/sh\n/bin/mkdir -p "$3/usr/bin"\nfor p in prometheus promtool; do printf '${text}' > "$3/usr/bin/$p"; done\n`,
  );
  const { message } = await errorOf(ensure("prometheus"));
  expect(message).toContain("the distribution's package prometheus: prometheus is 2.31.2+ds1, needed is >=2.42 <4");
});

test("a package with a link in the program's place is refused", async () => {
  await writeProgram(join(world.binDir, "apt-get"), '#!/bin/sh\n[ "$3" = download ] && : > p.deb\nexit 0\n');
  const link = '#!/bin/sh\n/bin/mkdir -p "$3/usr/bin"\n/bin/ln -s /bin/sh "$3/usr/bin/prometheus"\n';
  await writeProgram(join(world.binDir, "dpkg"), link);
  const { message } = await errorOf(ensure("prometheus"));
  expect(message).toContain("the distribution's package prometheus: there is no usr/bin/prometheus in p.deb");
});

test("when every source fails, the error lists each with its reason and what to do", async () => {
  await writeProgram(join(world.binDir, "k6"), programText("k6 v0.57.0 (old)"));
  const signal = new AbortController().signal;
  const error = await errorOf(ensureTools(world.env, ["k6", "prometheus"], { signal, onProgress: () => undefined }));
  expect(error).toMatchObject({ code: "tool-missing", exitCode: 4 });
  const caches = `${world.cacheDir} or ${join(world.root, ".proofload", "tools")}`;
  const cure =
    "    Let this machine reach https://github.com, or set PROOFLOAD_RELEASES_URL to a mirror that has its release files.";
  expect(error.message.split("\n")).toEqual([
    "k6 >=1.0 <3 was not found and could not be fetched:",
    `  - PATH (k6 >=1.0 <3): ${world.binDir}/k6 is 0.57.0, needed is >=1.0 <3`,
    `  - cache (${world.cacheDir}): no k6 in ${caches}`,
    expect.stringMatching(
      /^ {2}- release http:\/\/127\.0\.0\.1:2\/grafana\/k6\/.*: connect ECONNREFUSED 127\.0\.0\.1:2$/u,
    ),
    cure,
    "  - go install go.k6.io/k6@v1.8.1: no go on PATH",
    "    Install Go (https://go.dev/dl/) to have it built here.",
    "prometheus >=2.42 <4 was not found and could not be fetched:",
    `  - PATH (prometheus >=2.42 <4): there is no prometheus on PATH`,
    `  - cache (${world.cacheDir}): no prometheus in ${caches}`,
    expect.stringMatching(
      /^ {2}- release http:\/\/127\.0\.0\.1:2\/prometheus\/prometheus\/.*: connect ECONNREFUSED 127\.0\.0\.1:2$/u,
    ),
    cure,
    "  - the distribution's package prometheus: no apt-get and dpkg on PATH: this is no Debian or Ubuntu",
  ]);
  expect(error.hint).toContain("set PROOFLOAD_K6 to where it is");
  expect(error.hint).toContain("set PROOFLOAD_PROMETHEUS to where it is");
});
