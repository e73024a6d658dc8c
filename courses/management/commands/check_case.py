"""Checks one file of a case, for whoever writes it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.case_graph import read_case
from courses.case_outlines import OutlinedScene, case_outline
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
        outline = case_outline(read_case(spec.content))
        for scene in (outline.first, *outline.stray):
            if scene is not None:
                self._write(scene, "")
        self.stdout.write("no mistakes found")

    def _write(self, scene: OutlinedScene, margin: str) -> None:
        ending = f" [{scene.scene.ending.kind}]" if scene.scene.ending else ""
        self.stdout.write(f"{margin}{scene.number}. {scene.title}{ending}")
        for choice in scene.choices:
            where = f" -> {choice.target_number}" if choice.below is None else ""
            conditions = f" ({'; '.join(choice.conditions)})" if choice.conditions else ""
            self.stdout.write(f"{margin}   {choice.number}) {choice.text}{conditions}{where}")
            if choice.below is not None:
                self._write(choice.below, margin + "      ")
