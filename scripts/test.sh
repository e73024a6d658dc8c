#!/usr/bin/env bash
# The whole suite: SQLite with a real worker and a real browser, then PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
export DJANGO_SETTINGS_MODULE=lms.settings.test
unset DEBUG DATABASE_URL PYTHONDONTWRITEBYTECODE || true  # each of a hundred processes would compile anew
.venv/bin/python manage.py compile_catalogues
exec .venv/bin/python scripts/with_postgres.py --no-sync scripts/test_parts.sh "$@"
