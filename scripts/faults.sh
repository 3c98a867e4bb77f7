#!/bin/bash
# The slow tests: processes that are killed, servers that are away for a minute. They mostly wait,
# so several run side by side, each with servers of its own.
#   make faults                all of them
#   make faults TIMES=10       again and again, until one fails
set -euo pipefail
cd "$(dirname "$0")/.."
for ((round = 1; round <= ${TIMES:-1}; round++)); do
    printf '\n=== slow tests, round %s of %s\n' "$round" "${TIMES:-1}"
    .venv/bin/pytest -m slow -n "${SIDE_BY_SIDE:-5}" --dist load --maxschedchunk 1 -q
done
