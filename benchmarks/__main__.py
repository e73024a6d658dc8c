"""The benchmark table: python -m benchmarks.

It prepares a site of its own in a temporary folder and measures in this process, each figure in
turn with its baseline. The issue to a cohort and the statistics are measured last, in processes of
their own; BENCH_CERTIFICATES, BENCH_PEOPLE, BENCH_LEARNERS, BENCH_ANSWERS, BENCH_ENROLMENTS and
BENCH_EVENTS make them smaller for a quick try.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

STATISTICS, ISSUING = "benchmarks.statistics", "benchmarks.issuing"
CERTIFICATES, MATRIX = "benchmarks.certificates", "benchmarks.matrix"
STAFF_IMPORT = "benchmarks.staff_import"
REMINDERS = "benchmarks.reminders"
AUDIT = "benchmarks.audit"
REPORT = "benchmarks.report"
ROOT = Path(__file__).resolve().parents[1]


def prepare(folder: str) -> None:
    """Load the starter course and the demo people, then point this process at the same site."""
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        AMPARO_VAR=folder,
        DEBUG="1",
        DJANGO_SETTINGS_MODULE="lms.settings.base",
        EMAIL_URL="dummymail://",
    )
    subprocess.run(
        [sys.executable, "manage.py", "prepare", "--demo"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    os.environ.update(
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="testserver",
        BASE_URL="https://testserver",
        REQUIRE_STAFF_MFA="0",
    )


def figures_of(module: str, folder: str, *wrapper: str) -> list[dict[str, Any]]:
    """Return the figures that a module measures in a process of its own, on a site of its own."""
    finished = subprocess.run(
        [sys.executable, *wrapper, *((sys.executable,) if wrapper else ()), "-m", module],
        cwd=ROOT,
        env={**os.environ, "AMPARO_VAR": folder, "DEBUG": "1"},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    found: list[dict[str, Any]] = json.loads(finished.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Prepare, measure, print."""
    with tempfile.TemporaryDirectory(prefix="amparo-bench-") as folder:
        prepare(folder)
        # Only now: Django reads its settings from the environment when it is imported.
        from benchmarks.figures import print_table
        from benchmarks.measure import Figure, table

        print_table()
        with tempfile.TemporaryDirectory(prefix="amparo-bench-") as other:
            rows = figures_of(ISSUING, other)
        with tempfile.TemporaryDirectory(prefix="amparo-bench-") as other:
            rows += figures_of(AUDIT, other)
        rows += figures_of(CERTIFICATES, folder)
        rows += figures_of(STAFF_IMPORT, folder)
        rows += figures_of(MATRIX, folder)
        rows += figures_of(STATISTICS, folder)
        rows += figures_of(REMINDERS, folder)
        rows += figures_of(REPORT, folder)
        with tempfile.TemporaryDirectory(prefix="amparo-bench-") as other:
            rows += figures_of(STATISTICS, other, "scripts/with_postgres.py")
        print("\n" + table([Figure(**row) for row in rows]))


if __name__ == "__main__":
    main()
