import { RequestError } from "@octokit/request-error";

import { listAll, ownLogin, ownStamp, readAnswer, writtenSchema } from "./client.ts";
import type { Github } from "./client.ts";
import { isNewer, markerText } from "./marker.ts";
import type { Stamp } from "./marker.ts";

/** A pull request (or an issue) that is commented on. */
export interface Place {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

export type CommentOutcome =
  | { readonly kind: "created" | "updated"; readonly url: string }
  /** A later run has told its verdict already. */
  | { readonly kind: "outdated"; readonly url: string };

interface Comment {
  readonly id: number;
  readonly url: string;
  readonly stamp: Stamp;
}

/**
 * The one comment of this gate: updated where it is there, created where not. Only comments of the token's own account count: a marker that somebody
 * else wrote is no invitation to overwrite what they said. Two runs that create at once end with the older comment; a later run's verdict is never overwritten
 * by what an earlier one has to say.
 */
export async function keepComment(github: Github, place: Place, stamp: Stamp, text: string): Promise<CommentOutcome> {
  const login = await ownLogin(github);
  const body = `${markerText(stamp)}\n${text}`;
  const found = await ownComments(github, place, { login, key: stamp.key });
  const [first, ...doubles] = found;
  if (first !== undefined) {
    for (const double of doubles) if (isNewer(stamp, double.stamp)) await remove(github, place, double.id);
    return update(github, place, first, { stamp, body });
  }
  const { data } = await github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...place,
    body,
  });
  const made = readAnswer(writtenSchema, data);
  const [kept] = await ownComments(github, place, { login, key: stamp.key });
  if (kept === undefined || kept.id === made.id) return { kind: "created", url: made.html_url };
  await remove(github, place, made.id);
  return update(github, place, kept, { stamp, body });
}

async function update(
  github: Github,
  { owner, repo }: Place,
  comment: Comment,
  { stamp, body }: { readonly stamp: Stamp; readonly body: string },
): Promise<CommentOutcome> {
  if (isNewer(comment.stamp, stamp)) return { kind: "outdated", url: comment.url };
  const { data } = await github.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    owner,
    repo,
    comment_id: comment.id,
    body,
  });
  readAnswer(writtenSchema, data);
  return { kind: "updated", url: comment.url };
}

/** The oldest first. */
async function ownComments(
  github: Github,
  place: Place,
  own: { readonly login: string | null; readonly key: string },
): Promise<readonly Comment[]> {
  const all = await listAll(
    github,
    { route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments", parameters: { ...place } },
    writtenSchema,
  );
  return all
    .flatMap((one) => {
      const stamp = ownStamp(one, own);
      return stamp === null ? [] : [{ id: one.id, url: one.html_url, stamp }];
    })
    .toSorted((a, b) => a.id - b.id);
}

async function remove(github: Github, { owner, repo }: Place, id: number): Promise<void> {
  try {
    await github.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", { owner, repo, comment_id: id });
  } catch (error) {
    // The other run was faster.
    if (!(error instanceof RequestError) || error.status !== 404) throw error;
  }
}
