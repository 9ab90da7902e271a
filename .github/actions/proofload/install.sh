#!/usr/bin/env bash
# Builds proofload from the action's own checkout, and says where its tools are cached and by what key.
set -euo pipefail
root="$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)"
cd "$root"
npm run --silent build
{
  echo "cache=${PROOFLOAD_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/proofload}"
  echo "key=$(cat lib/tools/catalog/*.ts | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-16)"
} >>"$GITHUB_OUTPUT"
