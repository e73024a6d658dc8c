"""Make a database and the static files ready to serve."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from courses.models import CoursePage


class Command(BaseCommand):
    """Does what is missing and nothing else, so that a second start is quick."""

    help = "Migrate, compile translations, collect static files, and load the starter curriculum."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--demo`."""
        parser.add_argument(
            "--demo", action="store_true", help="load the demo people into an empty database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps in order."""
        call_command("compile_catalogues", stdout=self.stdout)
        self._migrate()
        self._collect_static_files()
        if not CoursePage.objects.exists():
            self.stdout.write("Loading the starter curriculum …")
            call_command("load_curriculum", stdout=self.stdout)
            if options["demo"]:
                call_command("create_demo_people", stdout=self.stdout)

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)

    def _collect_static_files(self) -> None:
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        digest = _static_digest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(digest)


def _static_digest() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
