"""The benchmark table: python -m benchmarks.

It prepares a site of its own in a temporary folder and measures in this process, each figure in
turn with its baseline.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

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


def main() -> None:
    """Prepare, measure, print."""
    with tempfile.TemporaryDirectory(prefix="amparo-bench-") as folder:
        prepare(folder)
        # Only now: Django reads its settings from the environment when it is imported.
        from benchmarks.figures import print_table

        print_table()


if __name__ == "__main__":
    main()
