#!/usr/bin/env bash
# Tells GitHub what `proofload ci` came to.
set -euo pipefail
words=(publish github)
if [ "$PROOFLOAD_COMMENT" != true ]; then words+=(--no-comment); fi
if [ "$PROOFLOAD_ISSUE" = true ]; then words+=(--issue); fi
# GitHub's name of a job is the same for all of a matrix, and for all of its steps; an artifact's name is not.
if [ "$PROOFLOAD_ARTIFACT" != proofload ]; then words+=("--key=$GITHUB_WORKFLOW/$GITHUB_JOB/$PROOFLOAD_ARTIFACT"); fi
node "$GITHUB_ACTION_PATH/../../../dist/proofload.js" "${words[@]}"
