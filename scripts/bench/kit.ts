import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { mean, median, medianAbsoluteDeviation } from "simple-statistics";
import { $, which } from "zx";

import { bundleScenario } from "../../lib/k6/bundle.ts";
import { GENERATOR_GOGC } from "../../lib/k6/command.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { ensureTools } from "../../lib/tools/index.ts";

const ROUNDS = 5;
const SECONDS = 6;
const USERS = 20;

/** The standard library's, built on the spot: node's own http server would be the slower side. */
const GO_SERVER = `package main

import ("fmt"; "net"; "net/http")

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("ok")) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
`;
const NODE_SERVER = `const server = require("node:http").createServer((_, response) => response.end("ok"));
server.listen(0, "127.0.0.1", () => console.log("127.0.0.1:" + server.address().port));
`;

const OPTIONS = `export const options = { scenarios: { s: { executor: "constant-vus", vus: ${USERS}, duration: "${SECONDS}s" } }, discardResponseBodies: true };\n`;
const COUNT = `let n = 0;\nconst next = () => { n += 1; return n; };\nconst bodyOf = (i) => ({ person: "person-" + (i % 200), hrvRmssdMs: 30 + (i % 70) });\n`;
/** Three writes among ten requests, as in the sample's journey. */
const bare = (getParams: string, postParams: string): string => `import http from "k6/http";
const URL = __ENV.PROOFLOAD_TARGET_URL;
const getParams = ${getParams}, postParams = ${postParams};
${COUNT}${OPTIONS}export default () => { const i = next(); if (i % 10 < 3) http.post(URL + "/readings", JSON.stringify(bodyOf(i)), postParams); else http.get(URL + "/recovery/person-" + (i % 200), getParams); };
`;
const JSON_HEADERS = `headers: { "content-type": "application/json" }`;
/** The same time-out as the kit's: k6's own of 60 s costs nothing in a load that ends before, and would cost as much in a longer one. */
const TIMEOUT = `timeout: "10s"`;
/** Named, as k6's manual says for paths with ids: else each is a series of its own. */
const BARE = bare(`{ tags: { name: "get" }, ${TIMEOUT} }`, `{ ${JSON_HEADERS}, tags: { name: "post" }, ${TIMEOUT} }`);
const UNNAMED = bare(`{ ${TIMEOUT} }`, `{ ${JSON_HEADERS}, ${TIMEOUT} }`);
const withKit = (options: string, kpi: string): string => `import { endpoint, kpi, shape } from "proofload/kit";
const get = endpoint("get"), post = endpoint("post"), sent = kpi("sent");
${COUNT}${options}export default () => { const i = next(); if (i % 10 < 3) post.post("/readings", bodyOf(i)); else get.get("/recovery/person-" + (i % 200)); ${kpi} };
`;
const CLIENT = withKit(OPTIONS, "");
const SHAPE = `export const options = shape({ executor: "ramping-vus", rate: ${USERS}, warmup: "0s", stages: [{ duration: "${SECONDS}s", level: 1 }] });\n`;
const WHOLE = withKit(SHAPE, "if (i % 10 < 3) sent.add(1);");

interface Variant {
  readonly name: string;
  readonly source: string;
  readonly traceShare: number;
  /** As `proofload run` starts k6; false: as k6 starts by itself. */
  readonly byRunner?: true;
}

const VARIANTS: readonly Variant[] = [
  { name: "the wrapped iteration alone", source: BARE, traceShare: 0 },
  { name: "  and the client", source: CLIENT, traceShare: 0 },
  { name: "  and a traceparent on 10 %", source: CLIENT, traceShare: 0.1 },
  { name: "  and a KPI in 3 of 10: the whole kit", source: WHOLE, traceShare: 0.1 },
  { name: "the whole kit, as proofload run starts k6", source: WHOLE, traceShare: 0.1, byRunner: true },
  { name: "the same, a traceparent on 100 %", source: WHOLE, traceShare: 1, byRunner: true },
  { name: "the whole kit, a traceparent on 100 %", source: WHOLE, traceShare: 1 },
  { name: "the whole kit, a KPI each time", source: withKit(SHAPE, "sent.add(1);"), traceShare: 0.1 },
];

/**
 * Requests per second of a journey with the kit, flat out in a closed model, as ratios to the same requests, named too, in a bare k6
 * script. Start-lag is not in it: a closed model plans no iterations.
 */
export async function kitBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const pin = await pinning();
  const serverArgv = await buildServer(dir);
  const [program = "", ...args] = [...pin(0), ...serverArgv];
  const server = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const address = await new Promise<string>((found, failed) => {
      server.stdout.once("data", (text: Buffer) => found(text.toString().trim()));
      server.once("error", failed);
    });
    const { signal } = new AbortController();
    const tools = await ensureTools(createNodeEnv(), ["k6"], { signal, onProgress: () => undefined });
    const k6 = [...pin(1), tools.get("k6")?.path ?? ""];
    const bareFile = join(dir, "bare.js");
    writeFileSync(bareFile, BARE);
    const unnamedFile = join(dir, "unnamed.js");
    writeFileSync(unnamedFile, UNNAMED);
    const files = await Promise.all(VARIANTS.map(({ source }, index) => bundle(dir, source, index)));
    const rateOf = (file: string, traceShare: number, gogc = "100") =>
      measure(k6, { file, url: `http://${address}`, traceShare, gogc });

    const bareRates: number[] = [];
    const unnamed: number[] = [];
    const ratios = VARIANTS.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      let before = await rateOf(bareFile, 0);
      bareRates.push(before);
      for (const [index, { traceShare, byRunner }] of VARIANTS.entries()) {
        const rate = await rateOf(files[index] ?? "", traceShare, byRunner === true ? GENERATOR_GOGC : undefined);
        // A bare run on either side: the machine drifts.
        const after = await rateOf(bareFile, 0);
        ratios[index]?.push(rate / mean([before, after]));
        bareRates.push(after);
        before = after;
      }
      unnamed.push((await rateOf(unnamedFile, 0)) / before);
    }
    console.log(`server: ${serverArgv.length > 1 ? "node (slower than k6: ratios flatter the kit)" : "Go"}`);
    console.log(
      `bare k6: ${median(bareRates).toFixed(0)} ± ${medianAbsoluteDeviation(bareRates).toFixed(0)} requests/s`,
    );
    console.log(`ratio to bare k6, median of ${ROUNDS} rounds (± median absolute deviation)`);
    for (const [index, values] of ratios.entries()) print(VARIANTS[index]?.name ?? "", values);
    print("for comparison: bare k6 without names, a series for each URL", unnamed);
  } finally {
    server.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
}

function print(name: string, ratios: readonly number[]): void {
  const spread = medianAbsoluteDeviation([...ratios]).toFixed(3);
  console.log(
    `${median([...ratios])
      .toFixed(3)
      .padStart(7)} ± ${spread}  ${name}`,
  );
}

/** argv before a program that keeps it on a core; nothing where that can't be done. */
async function pinning(): Promise<(core: number) => readonly string[]> {
  const taskset = await which("taskset", { nothrow: true });
  return (core) => (taskset === null || availableParallelism() < 2 ? [] : [taskset, "-c", String(core)]);
}

async function buildServer(dir: string): Promise<readonly string[]> {
  if ((await which("go", { nothrow: true })) !== null) {
    writeFileSync(join(dir, "server.go"), GO_SERVER);
    await $({ cwd: dir, quiet: true })`go build -o server server.go`;
    return [join(dir, "server")];
  }
  writeFileSync(join(dir, "server.cjs"), NODE_SERVER);
  return [process.execPath, join(dir, "server.cjs")];
}

async function bundle(dir: string, source: string, index: number): Promise<string> {
  const file = join(dir, `variant-${index}.js`);
  writeFileSync(file, source);
  const outFile = join(dir, `bundle-${index}.js`);
  await bundleScenario({ file, outFile, packageDir: resolve(".") });
  return outFile;
}

interface Measurement {
  readonly file: string;
  readonly url: string;
  readonly traceShare: number;
  readonly gogc: string;
}

async function measure(k6: readonly string[], { file, url, traceShare, gogc }: Measurement): Promise<number> {
  const summaryFile = `${file}.json`;
  const env = ["-e", `PROOFLOAD_TARGET_URL=${url}`, "-e", `PROOFLOAD_TRACE_SHARE=${traceShare}`];
  const args = ["--quiet", "--no-usage-report", "--address=127.0.0.1:0", `--summary-export=${summaryFile}`, ...env];
  await $({ quiet: true, env: { ...process.env, GOGC: gogc } })`${k6} run ${args} ${file}`;
  const { metrics } = JSON.parse(readFileSync(summaryFile, "utf8")) as { metrics: { http_reqs: { rate: number } } };
  return metrics.http_reqs.rate;
}
