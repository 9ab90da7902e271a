/** A second output of k6, for its metrics by OTLP. */
export interface OpenTelemetryOutput {
  /** HOST:PORT. */
  readonly endpoint: string;
  readonly protocol: "grpc" | "http";
}

export interface K6RunOptions {
  readonly program: string;
  /** As `k6 version` says it (`1.8.1`); one that can't be read counts as the newest. */
  readonly version: string;
  readonly bundle: string;
  /** HOST:PORT of its REST API and its own metrics. */
  readonly address: string;
  readonly prometheusUrl: string;
  /** `classic` where Prometheus takes no native histograms: a trend is then a few gauges over the whole run. */
  readonly histograms: "native" | "classic";
  /** Keeps no samples for a summary and thresholds of its own: k6's memory then does not grow with the load. */
  readonly constantMemory: boolean;
  readonly openTelemetry: OpenTelemetryOutput | null;
  /** Go's own GOGC, where the user's environment sets it. */
  readonly gogc: string | undefined;
  /** What the scenario reads from `__ENV`; goes into k6's environment, since everybody can read a command line. */
  readonly scenarioEnv: Readonly<Record<string, string>>;
}

/** k6 then gives a script all of its environment. */
const FROM_ENVIRONMENT = "--include-system-env-vars=true";
/** k6 would fetch a k6 with the extensions that a script asks for. */
const NEVER_BUILD = { K6_AUTO_EXTENSION_RESOLUTION: "false" };
/** Go collects garbage half as often as by default: k6 then has about a tenth more requests from a core, for a heap of up to half as much again. */
export const GENERATOR_GOGC = "200";
/** k6 warns of each request that fails: in hours against a dead service, millions of lines. Only a file has a level. */
const ERRORS_ONLY = "--log-output=file=/dev/stderr,level=error";
/** Statistics of a trend in `classic` mode. */
const TREND_STATS = "p(1),p(50),p(90),p(95),p(99),min,max,avg,count";

/** The command line of a load run: reports and usage statistics off, everything else said by the scenario's options. */
export function k6RunArgv(options: K6RunOptions): readonly [string, ...string[]] {
  return [
    options.program,
    "run",
    "--quiet",
    "--no-color",
    "--no-usage-report",
    "--log-format=json",
    // k6 2.x has a REST API only where an address is given.
    `--address=${options.address}`,
    "--out=experimental-prometheus-rw",
    ...(options.openTelemetry === null ? [] : [openTelemetryFlag(options.version)]),
    ...(options.constantMemory ? [noSummaryFlag(options.version), "--no-thresholds", ERRORS_ONLY] : []),
    FROM_ENVIRONMENT,
    options.bundle,
  ];
}

/** The variables of a load run: those of the scenario, and those that k6's outputs read. */
export function k6RunVars(options: K6RunOptions): Readonly<Record<string, string>> {
  return {
    GOGC: options.gogc ?? GENERATOR_GOGC,
    ...options.scenarioEnv,
    K6_PROMETHEUS_RW_SERVER_URL: `${options.prometheusUrl}/api/v1/write`,
    K6_PROMETHEUS_RW_PUSH_INTERVAL: "1s",
    K6_PROMETHEUS_RW_STALE_MARKERS: "false",
    ...(options.histograms === "native"
      ? nativeHistogramVars(options.version)
      : { K6_PROMETHEUS_RW_TREND_STATS: TREND_STATS }),
    ...(options.openTelemetry === null ? {} : openTelemetryVars(options.version, options.openTelemetry)),
    ...NEVER_BUILD,
  };
}

/** The command line that makes k6 print a bundle's options, without any load. */
export function k6InspectArgv(program: string, bundle: string): readonly [string, ...string[]] {
  return [program, "inspect", "--execution-requirements", "--no-color", FROM_ENVIRONMENT, bundle];
}

/** Its variables: the scenario's are the same as in the run, or it could have other options there than those that were planned. */
export function k6InspectVars(scenarioEnv: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { ...scenarioEnv, ...NEVER_BUILD };
}

/** k6 1.3 brought the one and deprecated the other, which 2.0 removed. */
function noSummaryFlag(version: string): string {
  return isAtLeast(version, 1, 3) ? "--summary-mode=disabled" : "--no-summary";
}

/** A setting of the output in 1.x and 2.0, a feature of k6 since 2.1, which warns of the old name. */
function nativeHistogramVars(version: string): Readonly<Record<string, string>> {
  const setting = { K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM: "true" };
  const feature = { K6_FEATURES: "native-histograms" };
  if (!isVersion(version)) return { ...setting, ...feature };
  return isAtLeast(version, 2, 1) ? feature : setting;
}

/** Stable, under its short name, since k6 1.4. */
function openTelemetryFlag(version: string): string {
  return isAtLeast(version, 1, 4) ? "--out=opentelemetry" : "--out=experimental-opentelemetry";
}

function openTelemetryVars(version: string, output: OpenTelemetryOutput): Readonly<Record<string, string>> {
  const { endpoint, protocol } = output;
  const kind = protocol === "grpc" ? "GRPC" : "HTTP";
  return {
    K6_OTEL_SERVICE_NAME: "k6",
    K6_OTEL_EXPORT_INTERVAL: "1s",
    // An endpoint that does not answer would hold up k6's end, and with it its summary, for 10 s.
    OTEL_EXPORTER_OTLP_TIMEOUT: "2000",
    ...(isAtLeast(version, 1, 4)
      ? { K6_OTEL_EXPORTER_PROTOCOL: protocol === "grpc" ? "grpc" : "http/protobuf" }
      : { K6_OTEL_EXPORTER_TYPE: protocol }),
    [`K6_OTEL_${kind}_EXPORTER_ENDPOINT`]: endpoint,
    [`K6_OTEL_${kind}_EXPORTER_INSECURE`]: "true",
  };
}

function isVersion(version: string): boolean {
  return /^v?\d+\.\d+/.test(version);
}

function isAtLeast(version: string, leastMajor: number, leastMinor: number): boolean {
  if (!isVersion(version)) return true;
  const [major = 0, minor = 0] = version.replace("v", "").split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
