export interface K6RunOptions {
  readonly program: string;
  readonly bundle: string;
  /** HOST:PORT of its REST API and its own metrics. */
  readonly address: string;
  readonly prometheusUrl: string;
  /** What the scenario reads from `__ENV`. */
  readonly scenarioEnv: Readonly<Record<string, string>>;
}

/** The command line of a load run: reports and usage statistics off, everything else said by the scenario's options. */
export function k6RunArgv(options: K6RunOptions): readonly [string, ...string[]] {
  return [
    options.program,
    "run",
    "--quiet",
    "--no-color",
    "--no-usage-report",
    "--log-format=json",
    `--address=${options.address}`,
    "--out=experimental-prometheus-rw",
    ...envArguments(options.scenarioEnv),
    options.bundle,
  ];
}

/** The variables that k6's remote write reads. */
export function k6RunVars(options: K6RunOptions): Readonly<Record<string, string>> {
  return {
    K6_PROMETHEUS_RW_SERVER_URL: `${options.prometheusUrl}/api/v1/write`,
    K6_PROMETHEUS_RW_PUSH_INTERVAL: "1s",
    K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true",
    K6_PROMETHEUS_RW_STALE_MARKERS: "false",
    K6_AUTO_EXTENSION_RESOLUTION: "false",
  };
}

/** The command line that makes k6 print a bundle's options, without any load. */
export function k6InspectArgv(
  program: string,
  bundle: string,
  scenarioEnv: Readonly<Record<string, string>>,
): readonly [string, ...string[]] {
  return [program, "inspect", "--execution-requirements", "--no-color", ...envArguments(scenarioEnv), bundle];
}

function envArguments(scenarioEnv: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(scenarioEnv).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
}
