"""A migrated SQLite database that is made once and copied for every run.

A bare migrate takes some fourteen seconds; the copy is as good, because its name is the digest of
everything that migrations could see.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

PACKAGES = ("django", "wagtail", "wagtail-localize", "wagtailmedia", "django-allauth")


def migrations_digest() -> str:
    """Return a digest of our migrations, the apps and the versions of packages that have some."""
    digest = hashlib.sha256()
    for path in sorted(settings.BASE_DIR.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    for path in sorted(settings.BASE_DIR.glob("lms/**/roles.py")):
        digest.update(path.read_bytes())
    digest.update("|".join(settings.INSTALLED_APPS).encode())
    digest.update("|".join(version(package) for package in PACKAGES).encode())
    return digest.hexdigest()[:16]


def template_path() -> Path:
    """Return where the migrated database of this state of the code is kept."""
    return settings.VAR_DIR / "test" / f"migrated-{migrations_digest()}.sqlite3"


def copy_of_template(name: str) -> Path:
    """Return the path of a fresh database for one run, copied if there is a template."""
    folder = Path(tempfile.mkdtemp(prefix="amparo-test-"))
    path = folder / f"{name}.sqlite3"
    if template_path().exists():
        shutil.copy(template_path(), path)
    return path


def _is_migrated(path: Path) -> bool:
    """Whether migrations ran in this file: a session without database tests leaves an empty one."""
    with closing(sqlite3.connect(path)) as source:
        found = source.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_migrations'")
        return found.fetchone() is not None


def keep_as_template(path: Path) -> None:
    """Keep a database that was just migrated, before any test wrote to it."""
    target = template_path()
    if target.exists() or not _is_migrated(path):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    with sqlite3.connect(path) as source, sqlite3.connect(draft) as copy:
        source.backup(copy)
    draft.replace(target)
