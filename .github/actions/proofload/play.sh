#!/usr/bin/env bash
# Plays what the inputs name. Ends with 0 whatever the verdict: the action's last step decides, after everything was published.
set -uo pipefail
words=(ci "$PROOFLOAD_SCENARIO")
if [ -n "$PROOFLOAD_GATE" ]; then words+=(--gate "$PROOFLOAD_GATE"); fi
if [ -n "$PROOFLOAD_ENVIRONMENT" ]; then words+=(--env "$PROOFLOAD_ENVIRONMENT"); fi
read -r -a experiments <<<"${PROOFLOAD_EXPERIMENTS//$'\n'/ }"
if [ ${#experiments[@]} -gt 0 ]; then words+=(--experiment "${experiments[@]}"); fi
node "$GITHUB_ACTION_PATH/../../../dist/proofload.js" "${words[@]}"
echo "exit-code=$?" >>"$GITHUB_OUTPUT"
