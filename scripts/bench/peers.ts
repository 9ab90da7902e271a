import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { median, medianAbsoluteDeviation } from "simple-statistics";
import { $ } from "zx";

const ROUNDS = 3;
const SECONDS = 8;
const USERS = 20;

/** The fastest server that is at hand: a Go one, so that no peer is held back by it. */
const SERVER = `package main
import ("fmt"; "net"; "net/http"; "sync/atomic")
func main() {
	var count atomic.Int64
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { count.Add(1); w.Write([]byte("ok")) })
	http.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, count.Load()) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	fmt.Println(l.Addr())
	http.Serve(l, nil)
}
`;
const K6 = `import http from "k6/http";
export const options = { vus: ${USERS}, duration: "${SECONDS}s", discardResponseBodies: true };
export default () => { http.get(__ENV.URL + "/"); };
`;
const LOCUST = `from locust import FastHttpUser, task
class User(FastHttpUser):
    @task
    def root(self):
        self.client.get("/")
`;
const ARTILLERY = (url: string): string =>
  JSON.stringify({
    config: { target: url, phases: [{ duration: 1, arrivalCount: USERS }] },
    scenarios: [{ flow: [{ loop: [{ get: { url: "/" } }], count: 1500 }] }],
  });

interface Peer {
  readonly name: string;
  readonly argv: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
}

/** Requests per second of the same journey, flat out by 20 users, as ratios to k6; each by one process on a core of its own. */
export async function peersBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-peers-"));
  writeFileSync(join(dir, "server.go"), SERVER);
  await $({ cwd: dir, quiet: true })`go build -o server server.go`;
  const server = spawn("taskset", ["-c", "0", join(dir, "server")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const address = await new Promise<string>((resolve) => {
      server.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
    });
    const url = `http://${address}`;
    const peers = await install(dir, url);
    const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const peer of peers) rates.get(peer.name)?.push(await rateOf(peer, url));
    }
    const base = rates.get("k6") ?? [];
    console.log(`requests/s as ratio to bare k6 in the same round, median of ${ROUNDS} (± median absolute deviation)`);
    for (const [name, values] of rates) {
      const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN));
      const rate = Math.round(median(values)).toLocaleString("en-US").padStart(7);
      console.log(`${median(ratios).toFixed(2)} ± ${medianAbsoluteDeviation(ratios).toFixed(2)}  ${rate}/s  ${name}`);
    }
  } finally {
    server.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
}

/** k6, and each peer that can be had here; a peer that can't is said and left out. */
async function install(dir: string, url: string): Promise<readonly Peer[]> {
  writeFileSync(join(dir, "k6.js"), K6);
  writeFileSync(join(dir, "locustfile.py"), LOCUST);
  writeFileSync(join(dir, "artillery.json"), ARTILLERY(url));
  const tools = JSON.parse((await $({ quiet: true })`node dist/proofload.js tools list --json`).stdout) as {
    tool?: { name: string; path: string };
  }[];
  const k6 = tools.find(({ tool }) => tool?.name === "k6")?.tool?.path ?? "k6";
  const peers: Peer[] = [
    {
      name: "k6",
      argv: [k6, "run", "--quiet", "--no-usage-report", "--address=127.0.0.1:0", join(dir, "k6.js")],
      vars: { URL: url },
    },
  ];
  const python = join(dir, "venv", "bin");
  await $({ cwd: dir, quiet: true, nothrow: true, timeout: "5m" })`python3 -m venv venv`;
  await $({ cwd: dir, quiet: true, nothrow: true, timeout: "5m" })`${join(python, "pip")} install --quiet locust`;
  if (existsSync(join(python, "locust"))) {
    const options = ["--headless", "--only-summary", "-u", String(USERS), "-r", String(USERS), "-t", `${SECONDS}s`];
    peers.push({
      name: "Locust (FastHttpUser)",
      argv: [join(python, "locust"), "-f", join(dir, "locustfile.py"), "-H", url, ...options],
    });
  } else console.log("Locust can't be installed here: left out.");
  await $({
    cwd: dir,
    quiet: true,
    nothrow: true,
    timeout: "10m",
  })`npm install --no-audit --no-fund --ignore-scripts artillery@2`;
  const artillery = join(dir, "node_modules", ".bin", "artillery");
  if (existsSync(artillery)) {
    peers.push({
      name: "Artillery",
      argv: [artillery, "run", "--quiet", join(dir, "artillery.json")],
      vars: { ARTILLERY_DISABLE_TELEMETRY: "true" },
    });
  } else console.log("Artillery can't be installed here: left out.");
  return peers;
}

/** Requests that the server counted, per second of the time in which it saw any. */
async function rateOf({ argv, vars }: Peer, url: string): Promise<number> {
  const count = async (): Promise<number> => Number(await (await fetch(`${url}/count`)).text());
  const before = await count();
  const running = $({
    quiet: true,
    nothrow: true,
    timeout: "2m",
    env: { ...process.env, ...vars },
  })`taskset -c 1 ${argv}`;
  let first = 0;
  let last = 0;
  let seen = before;
  const watch = setInterval(() => {
    void count().then((now) => {
      if (now === seen) return;
      seen = now;
      last = performance.now();
      if (first === 0) first = last;
    });
  }, 50);
  await running;
  clearInterval(watch);
  return ((await count()) - before) / ((last - first) / 1000);
}
