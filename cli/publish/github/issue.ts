import type { CiResult } from "../../../lib/run/ci-record.ts";
import { verdictTitle } from "../../../reports/words/verdict-words.ts";
import { ownLogin } from "./client.ts";
import type { Github } from "./client.ts";
import { markerText, readMarker } from "./marker.ts";
import type { Stamp } from "./marker.ts";

export type IssueOutcome =
  | { readonly kind: "opened" | "still open" | "closed"; readonly url: string }
  | { readonly kind: "none" };

const LABEL = "proofload";

/** Opens an issue when a gate no longer passes, leaves it alone while that stays so, and closes it when it passes again: the open issue is what is remembered. */
export async function trackIssue(
  github: Github,
  repository: { readonly owner: string; readonly repo: string },
  told: {
    readonly stamp: Stamp;
    readonly verdict: CiResult["verdict"];
    readonly text: string;
    readonly runUrl: string;
  },
): Promise<IssueOutcome> {
  const { stamp, verdict, text, runUrl } = told;
  const open = await findOpen(github, repository, stamp.key);
  if (verdict !== "pass") {
    if (open !== null) return { kind: "still open", url: open.url };
    const { data } = await github.request("POST /repos/{owner}/{repo}/issues", {
      ...repository,
      title: `proofload: ${stamp.key} no longer passes (${verdictTitle(verdict).toLowerCase()})`,
      body: `${markerText(stamp)}\n${text}`,
      labels: [LABEL],
    });
    return { kind: "opened", url: data.html_url };
  }
  if (open === null) return { kind: "none" };
  const place = { ...repository, issue_number: open.number };
  await github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...place,
    body: `It passes again: ${runUrl}`,
  });
  await github.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...place,
    state: "closed",
    state_reason: "completed",
  });
  return { kind: "closed", url: open.url };
}

async function findOpen(
  github: Github,
  repository: { readonly owner: string; readonly repo: string },
  key: string,
): Promise<{ readonly number: number; readonly url: string } | null> {
  const login = await ownLogin(github);
  const issues = await github.paginate("GET /repos/{owner}/{repo}/issues", {
    ...repository,
    state: "open",
    labels: LABEL,
    per_page: 100,
  });
  const own = issues.find(
    ({ body, user }) =>
      (login === null ? user?.type === "Bot" : user?.login === login) && readMarker(body)?.key === key,
  );
  return own === undefined ? null : { number: own.number, url: own.html_url };
}
