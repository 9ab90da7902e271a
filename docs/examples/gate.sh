#!/bin/sh
# The gate in plain shell, for any CI. Ends with proofload's exit code: 0 is a pass, and nothing else is.
set -u
scenario="${SCENARIO:-ci}"
gate="${GATE:-pr}"
out="${OUT:-.proofload/ci}"

set -- ci "$scenario" --gate "$gate" --out "$out"
# Names apart by spaces; each is a run of its own.
# shellcheck disable=SC2086
[ -z "${EXPERIMENTS:-}" ] || set -- "$@" --experiment ${EXPERIMENTS}

# Summaries that are not newer are of an earlier gate.
began="$(mktemp)"

npx proofload "$@"
code=$?

# Ends what a run that was killed has left; without such a thing it does nothing.
npx proofload chaos recover || code=5

if [ -d "$out" ]; then
  find "$out" -name summary.md -newer "$began" -exec cat {} \;
fi
rm -f "$began"
exit "$code"
