#!/usr/bin/env bash
# Plays what the inputs name. Ends with 0 whatever the verdict: the action's last step decides, after everything was published.
set -uo pipefail
# A name that begins with a dash is a name, too: no input adds an option.
words=(ci)
if [ -n "$PROOFLOAD_GATE" ]; then words+=("--gate=$PROOFLOAD_GATE"); fi
if [ -n "$PROOFLOAD_ENVIRONMENT" ]; then words+=("--env=$PROOFLOAD_ENVIRONMENT"); fi
read -r -a experiments <<<"${PROOFLOAD_EXPERIMENTS//$'\n'/ }"
for experiment in ${experiments[@]+"${experiments[@]}"}; do words+=("--experiment=$experiment"); done
words+=(-- "$PROOFLOAD_SCENARIO")
node "$GITHUB_ACTION_PATH/../../../dist/proofload.js" "${words[@]}"
echo "exit-code=$?" >>"$GITHUB_OUTPUT"
