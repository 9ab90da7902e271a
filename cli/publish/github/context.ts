import { readFileSync } from "node:fs";

import { z } from "zod";

import type { Env } from "../../../lib/env.ts";
import { formatPath } from "../../../lib/config/yaml.ts";
import { problemsOf } from "../../../lib/config/zod-problems.ts";
import { messageOf, usageError } from "../../../lib/errors.ts";

/** The job of GitHub Actions that this is part of, from the variables that every job has. */
export interface GithubContext {
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** Which try of which run: later ones have higher numbers. */
  readonly run: { readonly number: number; readonly attempt: number; readonly url: string };
  readonly workflow: string;
  readonly job: string;
  readonly workspace: string;
  readonly summaryFile: string;
  readonly outputFile: string;
  readonly token: string | null;
  readonly pullRequest: PullRequest | null;
}

export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  /** Its commits are of another repository, so that the job's token may write nothing. */
  readonly fromFork: boolean;
}

const repositorySchema = z.object({ full_name: z.string() });
const eventSchema = z.object({
  pull_request: z
    .object({
      number: z.int().positive(),
      head: z.object({ sha: z.string().regex(/^[0-9a-f]{7,64}$/), repo: repositorySchema.nullable() }),
      base: z.object({ repo: repositorySchema }),
    })
    .optional(),
});

/** Reads it; a usage error (exit code 2) outside of such a job. The token is GITHUB_TOKEN. */
export function readGithubContext(env: Pick<Env, "vars">): GithubContext {
  const value = (name: string): string => {
    const text = env.vars[name];
    if (text !== undefined && text !== "") return text;
    throw usageError(
      "no-github",
      `${name} is not set: this is no job of GitHub Actions`,
      "`proofload publish github` belongs into a step of a workflow; summary.md and junit.xml are in the run's folder.",
    );
  };
  const repository = value("GITHUB_REPOSITORY");
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || repo === undefined)
    throw usageError("no-github", `GITHUB_REPOSITORY: expected OWNER/NAME, found '${repository}'`);
  const token = env.vars["GITHUB_TOKEN"] ?? "";
  return {
    apiUrl: value("GITHUB_API_URL"),
    owner,
    repo,
    run: {
      number: Number(value("GITHUB_RUN_NUMBER")),
      attempt: Number(value("GITHUB_RUN_ATTEMPT")),
      url: `${value("GITHUB_SERVER_URL")}/${owner}/${repo}/actions/runs/${value("GITHUB_RUN_ID")}`,
    },
    workflow: value("GITHUB_WORKFLOW"),
    job: value("GITHUB_JOB"),
    workspace: value("GITHUB_WORKSPACE"),
    summaryFile: value("GITHUB_STEP_SUMMARY"),
    outputFile: value("GITHUB_OUTPUT"),
    token: token === "" ? null : token,
    pullRequest: readPullRequest(value("GITHUB_EVENT_PATH")),
  };
}

function readPullRequest(file: string): PullRequest | null {
  const event = readEvent(file);
  const { pull_request: given } = event;
  if (given === undefined) return null;
  return {
    number: given.number,
    headSha: given.head.sha,
    // A fork that was deleted has no repository at all.
    fromFork: given.head.repo?.full_name !== given.base.repo.full_name,
  };
}

function readEvent(file: string): z.infer<typeof eventSchema> {
  const wrong = (why: string) => usageError("no-github", `GITHUB_EVENT_PATH: ${file} can't be used: ${why}`);
  let payload: unknown;
  try {
    payload = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw wrong(messageOf(error));
  }
  const read = problemsOf(eventSchema, payload);
  if (read.ok) return read.value;
  const [{ path, message } = { path: [], message: "" }] = read.problems;
  throw wrong(path.length === 0 ? message : `${formatPath(path)}: ${message}`);
}
