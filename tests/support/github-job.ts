import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { TOKEN } from "./github.ts";

export interface JobOptions {
  readonly apiUrl: string;
  /** The workspace; a new folder if left out. */
  readonly workspace?: string;
  readonly run?: number;
  readonly attempt?: number;
  readonly fork?: boolean;
  readonly title?: string;
  readonly token?: string | null;
  readonly event?: "pull_request" | "schedule";
}

/** The variables and files that a job of GitHub Actions has. */
export interface GithubJob {
  readonly dir: string;
  readonly workspace: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly summary: () => string;
  readonly outputs: () => Readonly<Record<string, string>>;
  remove(): void;
}

/** Lays them out in a temporary folder, for pull request 7 of o/r. */
export function createGithubJob(options: JobOptions): GithubJob {
  const dir = mkdtempSync(join(tmpdir(), "proofload-job-"));
  const workspace = options.workspace ?? join(dir, "workspace");
  mkdirSync(workspace, { recursive: true });
  const eventFile = join(dir, "event.json");
  const summaryFile = join(dir, "summary.md");
  const outputFile = join(dir, "output");
  const pullRequest = {
    number: 7,
    title: options.title ?? "A change",
    head: {
      sha: "0123456789abcdef0123456789abcdef01234567",
      repo: { full_name: options.fork === true ? "else/r" : "o/r" },
    },
    base: { repo: { full_name: "o/r" } },
  };
  writeFileSync(eventFile, JSON.stringify(options.event === "schedule" ? {} : { pull_request: pullRequest }));
  writeFileSync(summaryFile, "");
  writeFileSync(outputFile, "");
  const token = options.token === undefined ? TOKEN : options.token;
  return {
    dir,
    workspace,
    vars: {
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: options.apiUrl,
      GITHUB_SERVER_URL: "https://github.test",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_RUN_ID: "4242",
      GITHUB_RUN_NUMBER: String(options.run ?? 12),
      GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
      GITHUB_WORKFLOW: "perf gate",
      GITHUB_JOB: "gate",
      GITHUB_WORKSPACE: workspace,
      GITHUB_EVENT_PATH: eventFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_OUTPUT: outputFile,
      ...(token === null ? {} : { GITHUB_TOKEN: token }),
    },
    summary: () => readFileSync(summaryFile, "utf8"),
    outputs: () =>
      Object.fromEntries(
        readFileSync(outputFile, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      ),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
