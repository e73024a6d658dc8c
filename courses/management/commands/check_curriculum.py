"""Checks whether a curriculum is good enough to teach; see `courses.curriculum.quality`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courses.curriculum.problems import CurriculumError
from courses.curriculum.quality.checking import check_quality


class Command(BaseCommand):
    """Reads a folder and prints every finding with file and line; nothing is written anywhere."""

    help = (
        "Check a curriculum beyond what loading it asks: minutes, sources, options, draws, "
        "glossary, words. Fails if there is any finding."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder."""
        default = Path(settings.BASE_DIR) / "fixtures" / "curriculum"
        parser.add_argument("folder", nargs="?", type=Path, default=default)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the findings, or that there are none."""
        try:
            found = check_quality(options["folder"])
        except CurriculumError as error:
            found = list(error.problems)
        for problem in found:
            self.stderr.write(str(problem))
        if found:
            raise CommandError(f"findings: {len(found)}")
        self.stdout.write("nothing was found")
