#!/usr/bin/env bash
# Linters, types, import contracts, templates, translations, migrations.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh test
export DJANGO_SETTINGS_MODULE=lms.settings.test
unset DEBUG DATABASE_URL PYTHONDONTWRITEBYTECODE || true  # each of a hundred processes would compile anew
run() { echo "== $*" | sed -E "s/SECRET_KEY=[^ ]+/SECRET_KEY=…/"; "$@"; }
types="$(mktemp)"
.venv/bin/mypy lms courses certificates >"$types" 2>&1 &  # the longest: beside all the others
typing=$!
trap 'kill "$typing" 2>/dev/null || true; rm -f "$types"' EXIT
run .venv/bin/ruff check .
run .venv/bin/ruff format --check .
run .venv/bin/lint-imports --no-logo
run .venv/bin/djlint templates --lint --quiet
run .venv/bin/python scripts/check_templates.py
run .venv/bin/python manage.py makemigrations --check --dry-run
run .venv/bin/python scripts/check_catalogues.py
run .venv/bin/python manage.py check --fail-level WARNING
run .venv/bin/python manage.py check_curriculum
run env SECRET_KEY="$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=localhost BASE_URL=https://localhost \
    .venv/bin/python manage.py check --deploy --fail-level WARNING --settings lms.settings.base
run .venv/bin/python scripts/check_locks.py
echo "== .venv/bin/mypy lms courses certificates"
status=0
wait "$typing" || status=$?
cat "$types"
exit "$status"
