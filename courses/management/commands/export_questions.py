"""Writes questions of a bank into a file that other programs read."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.formats.reading import WRITERS
from courses.importing.exporting import export_questions, questions_to_export
from courses.models import QuestionBank, QuestionCategory
from courses.texts import languages


class Command(BaseCommand):
    """Writes to the standard output; what the format cannot carry is named on the error output."""

    help = "Export the questions of a bank, of a category or one question as GIFT, Aiken or Moodle XML."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the bank, the format and what of the bank."""
        parser.add_argument("slug", help="the bank's short name")
        parser.add_argument("--format", required=True, choices=[str(name) for name in WRITERS])
        parser.add_argument("--category", default="", help="a path: modulo-1/mitos")
        parser.add_argument("--question", default="", help="the key of one question")
        parser.add_argument("--language", choices=languages(), default=languages()[0])
        parser.add_argument("--output", type=Path, help="a file instead of the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and name what it does not carry."""
        bank = QuestionBank.objects.filter(slug=options["slug"]).first()
        if bank is None:
            raise CommandError(f"There is no bank “{options['slug']}”.")
        category = None
        if options["category"]:
            categories = QuestionCategory.objects.filter(bank=bank, path=options["category"])
            category = categories.first()
            if category is None:
                raise CommandError(f"There is no category “{options['category']}” in this bank.")
        rows = questions_to_export(bank=bank, category=category, key=options["question"])
        if options["question"] and not rows.exists():
            raise CommandError(f"There is no question “{options['question']}” here.")
        written = export_questions(
            rows, format_name=options["format"], language=options["language"]
        )
        for label, names in written.lost:
            self.stderr.write(f"{label}: not in this format: {', '.join(names)}")
        for label, reason in written.left_out:
            self.stderr.write(f"{label}: left out: {reason}")
        if options["output"]:
            options["output"].write_text(written.text, encoding="utf-8")
        else:
            self.stdout.write(written.text, ending="")
