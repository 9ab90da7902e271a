import { appendFileSync, existsSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import type { CiResult } from "../../lib/run/ci-record.ts";
import { renderCi } from "../../reports/markdown/render-ci.ts";
import { annotationsOf } from "../publish/github/annotations.ts";
import { createGithub, explainRefusal } from "../publish/github/client.ts";
import type { Github } from "../publish/github/client.ts";
import { keepComment } from "../publish/github/comment.ts";
import { readGithubContext } from "../publish/github/context.ts";
import type { GithubContext } from "../publish/github/context.ts";
import { trackIssue } from "../publish/github/issue.ts";
import { keyOf } from "../publish/github/marker.ts";
import type { Stamp } from "../publish/github/marker.ts";
import { workflowCommand } from "../publish/github/workflow-command.ts";
import { CI_DIR, readCiResult } from "../publish/read-result.ts";

export interface PublishGithubArguments {
  readonly comment: boolean;
  readonly issue?: true;
  readonly key?: string;
}

/** What GitHub takes in the summary of a step. */
const SUMMARY_BYTES = 2 ** 20;
/** For everything that is asked of GitHub, waits for its rate limits among it. */
const DEADLINE_MS = 180_000;

/**
 * `proofload publish github`: tells a job of GitHub Actions what `proofload ci` came to. The summary, the annotations and the outputs need no token; a comment or an
 * issue that can't be written is a warning. Answers 0, whatever the verdict: the outputs `verdict` and `exit-code` are for the step that ends the job.
 */
export async function publishGithubVerb(
  env: Env,
  dir: string | undefined,
  args: PublishGithubArguments,
): Promise<ExitCode> {
  const context = readGithubContext(env);
  const folder = resolve(env.cwd, dir ?? CI_DIR);
  const result = readCiResult(folder);
  appendFileSync(
    context.outputFile,
    `verdict=${result.verdict}\nexit-code=${result.exitCode}\nruns=${relative(context.workspace, folder)}\n`,
  );
  writeSummary(context, result);
  const fileOf = (file: string): string => relative(context.workspace, resolve(env.cwd, file));
  for (const annotation of annotationsOf(result, fileOf)) env.stdout.write(`${workflowCommand(annotation)}\n`);
  await tellGithub(env, context, result, args);
  return 0;
}

function writeSummary({ summaryFile }: GithubContext, result: CiResult): void {
  const taken = existsSync(summaryFile) ? statSync(summaryFile).size : 0;
  const perRun = 60_000 * Math.max(1, result.runs.length);
  const room = Math.min(SUMMARY_BYTES - taken - 1_000, perRun + 10_000);
  appendFileSync(summaryFile, `${renderCi(result, room)}\n`);
}

interface Told {
  readonly github: Github;
  readonly context: GithubContext;
  readonly result: CiResult;
  readonly stamp: Stamp;
}

async function tellGithub(
  env: Env,
  context: GithubContext,
  result: CiResult,
  args: PublishGithubArguments,
): Promise<void> {
  const controller = new AbortController();
  const late = new Error(`GitHub took longer than ${DEADLINE_MS / 1000} s.`);
  let timer: NodeJS.Timeout | undefined;
  // Ends also a wait between two requests, of which no signal knows.
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort(late);
      reject(late);
    }, DEADLINE_MS);
  });
  const log = (text: string): void => env.stderr.write(`${text}\n`);
  const { run, workflow, job } = context;
  const told: Told = {
    github: createGithub(env, context, { signal: controller.signal, log }),
    context,
    result,
    stamp: { key: keyOf(args.key ?? `${workflow}/${job}`), run: run.number, attempt: run.attempt },
  };
  const attempt = async (what: string, permission: string, write: () => Promise<string>): Promise<void> => {
    try {
      log(`${what}: ${await Promise.race([write(), tooLate])}`);
    } catch (error) {
      const message = `${explainRefusal(error, permission, context.token)} The verdict is in the job's summary.`;
      env.stdout.write(`${workflowCommand({ level: "warning", title: `proofload: no ${what}`, message })}\n`);
    }
  };
  try {
    if (args.comment) await attempt("comment", "pull-requests", () => writeComment(told));
    if (args.issue === true) await attempt("issue", "issues", () => writeIssue(told));
  } finally {
    clearTimeout(timer);
  }
}

async function writeComment({ github, context, result, stamp }: Told): Promise<string> {
  const { pullRequest, token, owner, repo } = context;
  if (pullRequest === null) return "none, this is no pull request";
  if (token === null) throw new Error("GITHUB_TOKEN is not set.");
  if (pullRequest.fromFork)
    return "none, a pull request from a fork has a token that can only read; see the job's summary";
  const place = { owner, repo, issue_number: pullRequest.number };
  const about = `Of commit ${pullRequest.headSha}. [Run ${context.run.number}, with its report as an artifact](${context.run.url})`;
  const outcome = await keepComment(github, place, stamp, `${renderCi(result)}\n${about}\n`);
  return outcome.kind === "outdated"
    ? `left alone, a later run has written its verdict: ${outcome.url}`
    : `${outcome.kind}: ${outcome.url}`;
}

async function writeIssue({ github, context, result, stamp }: Told): Promise<string> {
  const { owner, repo, run, token } = context;
  if (token === null) throw new Error("GITHUB_TOKEN is not set.");
  const outcome = await trackIssue(
    github,
    { owner, repo },
    {
      stamp,
      verdict: result.verdict,
      text: `${renderCi(result)}\n[Run ${run.number}, with its report as an artifact](${run.url})\n`,
      runUrl: run.url,
    },
  );
  return outcome.kind === "none" ? "none is open, and none is needed" : `${outcome.kind}: ${outcome.url}`;
}
