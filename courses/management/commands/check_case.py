"""Checks one file of a case, for whoever writes it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.case_graph import read_case
from courses.case_outlines import case_outline
from courses.curriculum.casefiles import read_case_file
from courses.curriculum.documents import Source
from courses.curriculum.problems import Problems


class Command(BaseCommand):
    """Reads and checks the file of a case; with no mistake it prints the case's outline."""

    help = "Check the file of a case, and print its outline. Nothing is written."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the mistakes with their lines, or the outline."""
        file: Path = options["file"]
        problems = Problems()
        spec = read_case_file(Source(file.parent, problems), file.name)
        for problem in problems.sorted():
            self.stderr.write(str(problem))
        if problems or spec is None:
            raise CommandError(f"mistakes: {len(problems)}")
        for scene in case_outline(read_case(spec.content)):
            ending = f" [{scene.scene.ending.kind}]" if scene.scene.ending else ""
            self.stdout.write(f"{scene.number}. {scene.title}{ending}")
            for choice in scene.choices:
                conditions = f" ({'; '.join(choice.conditions)})" if choice.conditions else ""
                where = f" -> {choice.target_number}"
                self.stdout.write(f"   {choice.number}) {choice.text}{conditions}{where}")
        self.stdout.write("no mistakes found")
