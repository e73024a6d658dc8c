"""Loads the curriculum from a folder of text files."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.curriculum.folder import read_curriculum
from courses.curriculum.loader import load_curriculum
from courses.curriculum.problems import CurriculumError


class Command(BaseCommand):
    """Reads and checks a whole folder, then writes what is new or changed; see the folder's README."""

    help = (
        "Load a curriculum from a folder of Markdown and YAML. Every mistake is reported with file "
        "and line; with one mistake nothing is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder and what to do with it."""
        default = Path(settings.BASE_DIR) / "fixtures" / "curriculum"
        parser.add_argument("folder", nargs="?", type=Path, default=default)
        parser.add_argument("--check", action="store_true", help="read and check, write nothing")
        parser.add_argument(
            "--overwrite", action="store_true", help="take the file where a trainer edited, too"
        )
        parser.add_argument(
            "--no-release", action="store_true", help="do not freeze the courses' promises"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and print the report or the mistakes."""
        logger = logging.getLogger("wagtail")
        level = logger.level
        if options["verbosity"] < 2:  # Wagtail notes each page three times
            logger.setLevel(logging.WARNING)
        try:
            self._load(options)
        finally:
            logger.setLevel(level)

    def _load(self, options: dict[str, Any]) -> None:
        try:
            curriculum = read_curriculum(options["folder"])
            if options["check"]:
                self.stdout.write("no mistakes found; nothing was written")
                return
            report = load_curriculum(
                curriculum,
                now=timezone.now(),
                overwrite=options["overwrite"],
                with_release=not options["no_release"],
            )
        except CurriculumError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            count = len(error.problems)
            message = f"{count} mistake{'s' if count > 1 else ''}; nothing was written"
            raise CommandError(message) from error
        for line in report.lines():
            self.stdout.write(line)
