#!/usr/bin/env bash
# Tells GitHub what `proofload ci` came to.
set -euo pipefail
words=(publish github)
if [ "$PROOFLOAD_COMMENT" != true ]; then words+=(--no-comment); fi
if [ "$PROOFLOAD_ISSUE" = true ]; then words+=(--issue); fi
node "$GITHUB_ACTION_PATH/../../../dist/proofload.js" "${words[@]}"
