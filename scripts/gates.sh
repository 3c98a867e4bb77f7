#!/bin/bash
# Every gate in order, all of them even if one fails; the tests come last.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=()

gate() {
    local name=$1
    shift
    printf '\n=== %s\n' "$name"
    "$@" || failed+=("$name")
}

migrations() (
    IGNY8_DATA_DIR=$(mktemp -d)
    export IGNY8_DATA_DIR
    unset IGNY8_DATABASE_URL
    trap 'rm -rf "$IGNY8_DATA_DIR"' EXIT
    { flask --app wsgi db upgrade && flask --app wsgi db check; } 2>&1 | grep -v '^INFO'
    exit "${PIPESTATUS[0]}"
)

gate "ruff check" ruff check --quiet
gate "ruff format" ruff format --check --quiet
gate "mypy" mypy
gate "djlint" djlint templates --check --lint --quiet
gate "lint-imports" lint-imports
gate "migrations" migrations
# Three at a time: much of it waits. The browser tests share one running app, so they go alone.
gate "pytest" pytest -n 3 --dist worksteal -q --ignore tests/browser
gate "browser" pytest tests/browser

if ((${#failed[@]})); then
    printf '\nFAILED: %s\n' "$(IFS=,; echo "${failed[*]}")" >&2
    exit 1
fi
