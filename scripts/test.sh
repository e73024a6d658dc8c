#!/usr/bin/env bash
# The whole suite: SQLite with a real worker and a real browser, then PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
export DJANGO_SETTINGS_MODULE=lms.settings.test
unset DEBUG DATABASE_URL || true
.venv/bin/python manage.py compile_catalogues
echo "== SQLite and worker"
.venv/bin/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not browser" "$@"
echo "== Browser"  # apart: where Playwright's event loop runs, Django refuses a database
.venv/bin/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m browser "$@"
echo "== PostgreSQL"
.venv/bin/python scripts/with_postgres.py .venv/bin/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not browser and not worker" "$@"
