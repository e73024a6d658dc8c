"""A migrated database that is made once and copied for every worker and every run.

A bare migrate takes some fourteen seconds; the copy is as good, because its name is the digest of
everything that migrations could see. On SQLite the template is a file that stays for the next run,
on PostgreSQL a database on the server of the settings.

`python -m tests.support.databases` makes the template of the settings' database, if it is missing.
"""

import fcntl
import gc
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

PACKAGES = ("django", "wagtail", "wagtail-localize", "wagtailmedia", "django-allauth")
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def collector_off() -> Iterator[None]:
    """Let no garbage be collected meanwhile: half the time of a migration would go into it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()


@cache
def migrations_digest() -> str:
    """Return a digest of our migrations, the shipped texts, the apps and the versions of packages that have some."""
    digest = hashlib.sha256()
    for pattern in ("**/migrations/*.py", "**/roles.py", "**/privacy/shipped.py"):
        for package in ("certificates", "courses", "lms"):
            for path in sorted((ROOT / package).glob(pattern)):
                digest.update(path.read_bytes())
    digest.update("|".join(settings.INSTALLED_APPS).encode())
    digest.update("|".join(version(package) for package in PACKAGES).encode())
    return digest.hexdigest()[:16]


def is_sqlite() -> bool:
    """Whether the settings name a file of SQLite; else they name a server of PostgreSQL."""
    return bool(settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3")


def template_path() -> Path:
    """Return where the migrated database of this state of the code is kept."""
    return settings.VAR_DIR / "test" / f"migrated-{migrations_digest()}.sqlite3"


def template_name() -> str:
    """Return the name of the migrated database on the server of the settings."""
    return f"amparo_migrated_{migrations_digest()}"


def copy_of_template(name: str) -> Path:
    """Return the path of a fresh migrated database of SQLite for one run."""
    ensure_template()
    folder = Path(tempfile.mkdtemp(prefix="amparo-test-"))
    path = folder / f"{name}.sqlite3"
    shutil.copy(template_path(), path)
    return path


def ensure_template() -> None:
    """Have the template made by a process of its own, if it is missing; who comes later waits."""
    if not _is_made():
        subprocess.run(
            [sys.executable, "-m", "tests.support.databases"], cwd=ROOT, check=True, timeout=600
        )


def _is_made() -> bool:
    if is_sqlite():
        return template_path().exists()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template_name()])
        return cursor.fetchone() is not None


def main() -> None:
    """Make the template, unless another process made it while this one waited for its turn."""
    django.setup()
    template_path().parent.mkdir(parents=True, exist_ok=True)
    kind = "file" if is_sqlite() else "server"
    with template_path().with_suffix(f".{kind}-lock").open("w") as lock, collector_off():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_made():
            _make_file() if is_sqlite() else _make_on_server()


def _make_file() -> None:
    draft = template_path().with_suffix(f".{os.getpid()}")
    _migrate(str(draft))
    draft.replace(template_path())


def _make_on_server() -> None:
    """Give the database its name when it is whole, so that an interrupted one is none."""
    draft = f"amparo_draft_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {draft}")
    _migrate(draft)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {draft} RENAME TO {template_name()}")


def _migrate(name: str) -> None:
    """Migrate a database as Django's own test runner does."""
    connection.settings_dict["NAME"] = name
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    connection.close()


if __name__ == "__main__":
    main()
