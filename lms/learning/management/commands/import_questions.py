"""Imports a file of questions into a bank; the sittings of a django-quiz-app dump too."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.enums import ImportFormat
from courses.formats.django_quiz_app import read_django_quiz_app
from courses.formats.structures import MOST_BYTES, FileRefused
from courses.importing.pictures import FolderOfMedia, MediaFiles, MediaRefused
from courses.importing.plan import Plan, Row
from courses.importing.preparing import Origin
from courses.importing.running import run_file
from courses.models import QuestionBank
from courses.texts import languages
from lms.learning.sittings import SittingRow, import_sittings, read_users


class Command(BaseCommand):
    """Lists row by row what happens, and writes unless it is a dry run; see docs/question-files.md."""

    help = (
        "Import questions from a GIFT, Aiken or Moodle XML file or a django-quiz-app dump. Every "
        "question is listed with its line; with one bad question nothing is written, unless "
        "--lenient is given. New questions are drafts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, its format, the bank, and how to go about it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=ImportFormat.values)
        parser.add_argument("--bank", required=True, help="the bank's short name")
        parser.add_argument("--dry-run", action="store_true", help="list, write nothing")
        parser.add_argument("--lenient", action="store_true", help="write the good ones anyway")
        parser.add_argument("--publish", action="store_true", help="publish what is complete")
        parser.add_argument("--language", choices=languages(), default=languages()[0])
        parser.add_argument("--source", default="", help="a name; by default that of the file")
        parser.add_argument("--media", type=Path, help="media folder of django-quiz-app")
        parser.add_argument("--users", type=Path, help="lines as 7,ana@example.org")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, list, and write if all is well."""
        file: Path = options["file"]
        bank = QuestionBank.objects.filter(slug=options["bank"]).first()
        if bank is None:
            slugs = ", ".join(QuestionBank.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(
                f"There is no bank “{options['bank']}”. There are: {slugs or 'none'}."
            )
        if not file.is_file():
            raise CommandError(f"There is no file “{file}”.")
        if file.stat().st_size > MOST_BYTES:
            raise CommandError("The file is bigger than 20 MB.")
        try:
            self._import(file.read_bytes(), bank, options)
        except FileRefused as error:
            place = f"line {error.line}: " if error.line else ""
            raise CommandError(f"{place}{error.message} Nothing was written.") from error
        except (MediaRefused, ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    def _import(self, data: bytes, bank: QuestionBank, options: dict[str, Any]) -> None:
        folder = options["media"]
        origin = Origin(
            bank=bank,
            format_name=options["format"],
            source=(options["source"] or options["file"].name)[:80],
            language=options["language"],
            media=FolderOfMedia(folder) if folder else MediaFiles(),
        )
        now = timezone.now()
        with transaction.atomic():
            plan = run_file(
                data,
                origin=origin,
                now=now,
                is_dry=options["dry_run"],
                is_lenient=options["lenient"],
                is_publishing=options["publish"],
                on_progress=self._progress,
            )
            sittings: list[SittingRow] = []
            if options["format"] == ImportFormat.DJANGO_QUIZ_APP:
                users = options["users"]
                sittings = import_sittings(
                    read_django_quiz_app(data, language=origin.language),
                    source=origin.source,
                    quiz_prefix=origin.prefix,
                    users=read_users(users.read_text(encoding="utf-8")) if users else {},
                    acting_user=None,
                    now=now,
                    is_dry=not plan.is_written,
                )
        self._report(plan, sittings, is_dry=options["dry_run"])

    def _progress(self, done: int, total: int) -> None:
        if total >= 1000 and done % 1000 == 0:
            self.stderr.write(f"{done} of {total}")

    def _report(self, plan: Plan, sittings: list[SittingRow], *, is_dry: bool) -> None:
        for note in plan.notes:
            self.stdout.write(note)
        for row in plan.rows:
            self.stdout.write(_line(row))
        for sitting in sittings:
            note = f": {sitting.note}" if sitting.note else ""
            self.stdout.write(f"line {sitting.line}: {sitting.action}: {sitting.label}{note}")
        counts = ", ".join(f"{name}: {count}" for name, count in plan.report().counts.items())
        self.stdout.write(f"questions and quizzes: {counts}; sittings: {len(sittings)}")
        if is_dry:
            self.stdout.write("dry run: nothing was written")
        elif not plan.is_written:
            raise CommandError("Nothing was written: mend what is refused, or use --lenient.")


def _line(row: Row) -> str:
    parts = [f"line {row.line}: {row.action}: {row.label}"]
    parts += row.reasons
    parts += [f"lost: {name}" for name in row.lost]
    parts += [f"to mend before publishing: {name}" for name in row.unready]
    return " | ".join(parts)
