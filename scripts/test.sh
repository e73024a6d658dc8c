#!/usr/bin/env bash
# The whole suite: SQLite with a real worker and a real browser, then PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
export DJANGO_SETTINGS_MODULE=lms.settings.test
unset DEBUG DATABASE_URL || true
.venv/bin/python manage.py compile_catalogues
echo "== SQLite, worker and browser"
.venv/bin/python -m pytest -n 2 --dist loadgroup "$@"
echo "== PostgreSQL"
.venv/bin/python scripts/with_postgres.py .venv/bin/python -m pytest -n 2 --dist loadgroup -m "not browser and not worker" "$@"
