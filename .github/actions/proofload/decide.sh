#!/usr/bin/env bash
# Ends with the exit code of what was published, unless only the run itself knows of a worse one. Nothing said is not 0.
set -uo pipefail
if [ "${PUBLISHED:-4}" != 0 ]; then exit "${PUBLISHED:-4}"; fi
exit "${PLAYED:-4}"
