import { z } from "zod";

import type { CiResult } from "../../../lib/run/ci-record.ts";
import { verdictTitle } from "../../../reports/words/verdict-words.ts";
import { listAll, ownLogin, ownStamp, readAnswer, writtenSchema } from "./client.ts";
import type { Github } from "./client.ts";
import { isNewer, markerText } from "./marker.ts";
import type { Stamp } from "./marker.ts";

export type IssueOutcome =
  | { readonly kind: "opened" | "still open" | "left to a later run" | "closed"; readonly url: string }
  | { readonly kind: "none" };

const LABEL = "proofload";

/**
 * Opens an issue when a gate no longer passes, leaves it alone while that stays so, and closes it when a later run passes: the open issue is what is remembered. A run
 * before the one that opened it closes nothing, however late it ends.
 */
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
    return { kind: "opened", url: readAnswer(writtenSchema, data).html_url };
  }
  if (open === null) return { kind: "none" };
  if (isNewer(open.stamp, stamp)) return { kind: "left to a later run", url: open.url };
  const place = { ...repository, issue_number: open.number };
  await github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...place,
    body: `It passes again: ${runUrl}`,
  });
  const { data: closed } = await github.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    ...place,
    state: "closed",
    state_reason: "completed",
  });
  readAnswer(z.object({ state: z.literal("closed") }), closed);
  return { kind: "closed", url: open.url };
}

async function findOpen(
  github: Github,
  repository: { readonly owner: string; readonly repo: string },
  key: string,
): Promise<{ readonly number: number; readonly url: string; readonly stamp: Stamp } | null> {
  const login = await ownLogin(github);
  const issues = await listAll(
    github,
    { route: "GET /repos/{owner}/{repo}/issues", parameters: { ...repository, state: "open", labels: LABEL } },
    writtenSchema.extend({ number: z.int() }),
  );
  const [own] = issues.flatMap((one) => {
    const stamp = ownStamp(one, { login, key });
    return stamp === null ? [] : [{ number: one.number, url: one.html_url, stamp }];
  });
  return own ?? null;
}
