import { Command } from "@commander-js/extra-typings";
import { CommanderError, InvalidArgumentError } from "commander";

import type { Env } from "../lib/env.ts";
import type { ExitCode } from "../lib/exit-codes.ts";
import { withAccess } from "./access-options.ts";
import { explain } from "./text/explain.ts";
import { packageVersion } from "./version.ts";

/** The whole program: reads the command line, does it, and answers the exit code. The one place that catches. */
export async function main(env: Env): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  try {
    const program = createProgram(env, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...env.argv], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong; help and version are no mistakes.
    if (!(error instanceof CommanderError)) return explain(env, error);
    if (error.exitCode === 0) return 0;
    return env.argv[0] === "gate" ? afterGateMistake(env) : 2;
  }
}

/** Of two, the first would go unheard. */
function once(value: string, previous: string | undefined): string {
  if (previous !== undefined) throw new InvalidArgumentError("It is given twice.");
  return value;
}

async function afterGateMistake(env: Env): Promise<ExitCode> {
  const { clearAfterMistake } = await import("./gate/clear-after-mistake.ts");
  try {
    clearAfterMistake(env);
    return 2;
  } catch (error) {
    return explain(env, error);
  }
}

/** Verbs are loaded when they are called: most of them never are. */
function createProgram(env: Env, done: (code: ExitCode) => void): Command {
  const program = new Command("proofload")
    .description("Loads a service, breaks it on purpose, and says whether it kept its SLOs.")
    .version(packageVersion(env))
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => env.stdout.write(text),
      writeErr: (text) => env.stderr.write(text),
      getOutHelpWidth: () => env.stdout.columns,
      getErrHelpWidth: () => env.stderr.columns,
    });
  const example = (text: string): string => `\nExample:\n  ${text}`;
  const seed = ["--seed <number>", "of what the experiment leaves to chance (default: its own, or any)"] as const;
  const planHash = ["--plan-hash <hash>", "do only what `chaos plan` showed with this hash"] as const;
  const yesProduction = ["--yes-production", "faults in an environment called production are meant"] as const;
  const out = ["--out <dir>", "where run folders go (default: .proofload/runs)"] as const;

  program
    .command("demo")
    .description("the whole story on this machine: a sample service under load, slowed down and killed")
    .option("--fragile", "the service without time-outs, retries and fallbacks: the gate must fail it")
    .option("--dry-run", "print the plan and start nothing")
    .option(...out)
    .addHelpText("after", example("proofload demo --fragile"))
    .action(async (options) => done(await (await import("./verbs/demo.ts")).demoVerb(env, options)));

  program
    .command("run")
    .description("load, faults, evidence, verdict, report")
    .argument("<scenario>", "a file of scenarios/, without .ts")
    .option("--experiment <name>", "a file of chaos/experiments/, without .yaml")
    .option("--gate <name>", "a file of gates/, without .yaml (default: the one called like the scenario, or pr)")
    .option("--env <name>", "an environment of proofload.yaml")
    .option("--rate <number>", "the scenario's highest level: iterations per second, or VUs")
    .option("--duration <time>", "how long the load lasts with its warm-up, such as 90s or 1h30m")
    .option("--scale <factor>", "multiplies all levels of the scenario")
    .option("--trace <share>", "share of the requests that carry a W3C traceparent, 0 to 1 (default: 0.1)")
    .option(
      "--repeats <number>",
      "how often an inconclusive run is played again, at most (default: what the gate says)",
    )
    .option(...seed)
    .option(...planHash)
    .option(...yesProduction)
    .option("--dry-run", "print the plan and start nothing")
    .option(...out)
    .addHelpText("after", example("proofload run ci --experiment store-slow-then-dead"))
    .action(async (scenario, options) => done(await (await import("./verbs/run.ts")).runVerb(env, scenario, options)));

  program
    .command("ci")
    .description("what a pull request must prove: the scenario with each of its experiments, one after the other")
    .argument("[scenario]", "a file of scenarios/, without .ts", "ci")
    .option("--experiment <name...>", "files of chaos/experiments/, without .yaml (default: no faults)")
    .option("--gate <name>", "a file of gates/, without .yaml (default: the one called like the scenario, or pr)")
    .option("--env <name>", "an environment of proofload.yaml")
    .option("--out <dir>", "where ci.json and the run folders go (default: .proofload/ci)")
    .addHelpText("after", example("proofload ci --experiment store-dies store-slow-then-dead"))
    .action(async (scenario, options) => done(await (await import("./verbs/ci.ts")).ciVerb(env, scenario, options)));

  const publish = program.command("publish").description("tell others what a `proofload ci` came to");
  publish
    .command("github")
    .description("in a job of GitHub Actions: job summary, one comment on the pull request, annotations, outputs")
    .argument("[dir]", "where ci.json is (default: .proofload/ci)")
    .option("--no-comment", "no comment on the pull request")
    .option("--issue", "open an issue when it no longer passes, and close it when it does again")
    .option("--key <name>", "tells the comments (and issues) of several gates apart (default: workflow and job)")
    .addHelpText("after", example("proofload publish github"))
    .action(async (dir, options) =>
      done(await (await import("./verbs/publish-github.ts")).publishGithubVerb(env, dir, options)),
    );

  for (const [place, what] of [
    ["remote-write", "push what the runs came to as series, to PROOFLOAD_REMOTE_WRITE_URL"],
    ["grafana", "mark the runs and their faults as annotations, at PROOFLOAD_GRAFANA_URL"],
  ] as const) {
    publish
      .command(place)
      .description(what)
      .argument("[dir]", "where ci.json is (default: .proofload/ci)")
      .addHelpText("after", example(`proofload publish ${place}`))
      .action(async (dir) =>
        done(await (await import("./verbs/publish-results.ts")).publishResultsVerb(env, place, dir)),
      );
  }

  program
    .command("init")
    .description("lay out a project for your own service: one scenario, one SLO, one experiment, a workflow")
    .option("--url <url>", "where the service answers (default: http://127.0.0.1:8080)")
    .option("--dir <dir>", "the project's folder (default: this one)")
    .option("--force", "overwrite what is there")
    .addHelpText("after", example("proofload init --url http://127.0.0.1:3000"))
    .action(async (options) => done((await import("./verbs/init.ts")).initVerb(env, options)));

  program
    .command("doctor")
    .description("check everything that a run needs, and say how to mend what is missing")
    .option("--env <name>", "an environment of proofload.yaml")
    .option("--json", "print the checks as JSON")
    .addHelpText("after", example("proofload doctor --json"))
    .action(async (options) => done(await (await import("./verbs/doctor.ts")).doctorVerb(env, options)));

  withAccess(
    program
      .command("gate")
      .description("judge any window of any Prometheus by its SLOs, without a run")
      .requiredOption("--slo <path...>", "OpenSLO files, or folders of them")
      .requiredOption("--prometheus <url>", "where it answers, with its path prefix")
      .requiredOption("--from <time>", "the window's beginning: 2026-11-21T10:00:00Z, Unix seconds, -10m")
      .requiredOption("--to <time>", "the window's end: the same, or now")
      .option("--exclude <from/to...>", "a stretch of the window that is not judged, in the same forms: -20m/-15m")
      .option("--exclude-faults <run...>", "a run's folder: the stretches of its faults are not judged")
      .option("--label <name=value...>", "a matcher of every selector")
      .option("--gate <file>", "a gate file: which SLOs count, with what targets and confidence", once)
      .option("--confidence <share>", "of each bound of an interval (default: the gate file's, or 0.95)")
      .option("--scrape-interval <time>", "how often the service is scraped (default: as the data say)")
      .option("--allow-restarts", "instances may start again, come and go; what they may have lost counts as lost")
      .option("--timeout <time>", "for each attempt at a query (default: 15s)"),
  )
    .option("--out <dir>", "where verdict.json, evidence.json, report.html, summary.md and junit.xml go")
    .option("--json", "print the verdict as JSON")
    .option("--explain <slo>", "print the steps from samples to the verdict of this SLO")
    .addHelpText(
      "after",
      `${example("proofload gate --slo gates/slo --prometheus http://127.0.0.1:9090 --from -10m --to now")}\n\n` +
        "Exit codes:\n  0 pass, 1 fail, 2 usage, 3 inconclusive (not enough to say), 4 Prometheus or a folder is away",
    )
    .action(async (options) => done(await (await import("./verbs/gate.ts")).gateVerb(env, options)));

  program
    .command("report")
    .description("render the folder of a run, or of a gate, again")
    .argument("<run>", "a run's folder or id, or `latest`; or a folder that `gate --out` wrote")
    .option("--json", "print the verdict as JSON")
    .option("--explain <slo>", "print the steps from samples to the verdict of this SLO, phase by phase")
    .option(...out)
    .addHelpText("after", example("proofload report latest --explain api-availability"))
    .action(async (name, options) => done(await (await import("./verbs/report.ts")).reportVerb(env, name, options)));

  const chaos = program.command("chaos").description("faults");
  chaos
    .command("list")
    .description("the experiments of this project, and the kinds of faults that there are")
    .option("--json", "print the list as JSON")
    .addHelpText("after", example("proofload chaos list"))
    .action(async (options) => done((await import("./verbs/chaos-list.ts")).chaosListVerb(env, options)));
  chaos
    .command("plan")
    .description("what an experiment would do, on what, how that is undone, and a hash to pin a run to")
    .argument("<experiment>", "a file of chaos/experiments/, without .yaml")
    .option("--env <name>", "an environment of proofload.yaml")
    .option(...seed)
    .option("--json", "print the plan as JSON")
    .addHelpText("after", example("proofload chaos plan store-dies"))
    .action(async (name, options) =>
      done(await (await import("./verbs/chaos-plan.ts")).chaosPlanVerb(env, name, options)),
    );
  chaos
    .command("run")
    .description("an experiment without load, or all of them with a table at the end")
    .argument("<experiment>", "a file of chaos/experiments/, without .yaml; or `all`")
    .option("--env <name>", "an environment of proofload.yaml")
    .option(...seed)
    .option(...planHash)
    .option(...yesProduction)
    .option("--longest <time>", "of all: those that take longer are not played (default: 30m)")
    .option("--out <dir>", "where folders of experiments go (default: .proofload/chaos)")
    .option("--json", "print the verdict, or the table, as JSON")
    .addHelpText("after", example("proofload chaos run all"))
    .action(async (name, options) =>
      done(await (await import("./verbs/chaos-run.ts")).chaosRunVerb(env, name, options)),
    );
  chaos
    .command("import")
    .description("make an experiment of a Chaos Toolkit experiment, where its meaning survives")
    .argument("<file>", "its JSON or YAML")
    .option("--name <name>", "what it is called here (default: as the file)")
    .option("--force", "overwrite what is there")
    .addHelpText("after", example("proofload chaos import experiment.json"))
    .action(async (file, options) =>
      done(await (await import("./verbs/chaos-import.ts")).chaosImportVerb(env, file, options)),
    );
  chaos
    .command("halt")
    .description("end all faults on this machine at once, and let none begin until it is lifted")
    .argument("[why]", "for people, in the run's timeline")
    .option("--lift", "let faults begin again")
    .addHelpText("after", example('proofload chaos halt "customers call"'))
    .action(async (why, options) => done((await import("./verbs/chaos-halt.ts")).chaosHaltVerb(env, why, options)));
  chaos
    .command("recover")
    .description("end whatever earlier runs left")
    .option("--json", "print what was found as JSON")
    .addHelpText("after", example("proofload chaos recover"))
    .action(async (options) => done(await (await import("./verbs/chaos-recover.ts")).chaosRecoverVerb(env, options)));

  const slo = program.command("slo").description("service level objectives");
  withAccess(
    slo
      .command("check")
      .description("lint SLO files, and hold them against a Prometheus")
      .argument("[path]", "a file or a folder of OpenSLO documents", "gates/slo")
      .option("--prometheus <url>", "a Prometheus that scrapes the service, with its path prefix"),
  )
    .option("--json", "print the findings as JSON")
    .addHelpText("after", example("proofload slo check --prometheus http://127.0.0.1:9090"))
    .action(async (path, options) =>
      done(await (await import("./verbs/slo-check.ts")).sloCheckVerb(env, path, options)),
    );

  const tools = program.command("tools").description("the outside programs: k6, Prometheus, Toxiproxy");
  tools
    .command("install")
    .description("find each tool, and fetch what is missing")
    .argument("[names...]", "tools; all when none is named")
    .addHelpText("after", example("proofload tools install k6"))
    .action(async (names) => done(await (await import("./verbs/tools.ts")).toolsInstallVerb(env, names)));
  tools
    .command("list")
    .description("which tools are there, from where, what version; fetches nothing")
    .option("--json", "print the list as JSON")
    .addHelpText("after", example("proofload tools list --json"))
    .action(async (options) => done(await (await import("./verbs/tools.ts")).toolsListVerb(env, options)));
  return program;
}
