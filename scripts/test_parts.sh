#!/usr/bin/env bash
# The parts of the suite, one after the other; DATABASE_URL names a server for the last one.
set -euo pipefail
server="$DATABASE_URL"
unset DATABASE_URL
run() { .venv/bin/python -m pytest --dist loadgroup --no-loadscope-reorder "$@"; }

# Side by side: a migration uses one core, and each worker would wait for it.
.venv/bin/python -m tests.support.databases &
sqlite=$!
DATABASE_URL="$server" .venv/bin/python -m tests.support.databases
wait "$sqlite"

echo "== SQLite and worker"
run -n 2 -m "not browser" "$@"
echo "== Browser"  # apart: where Playwright's event loop runs, Django refuses a database; it waits much
run -n 3 -m browser "${@:-tests/journeys}"
echo "== PostgreSQL"
export DATABASE_URL="$server"
run -n 2 -m "not browser and not worker" "$@"
