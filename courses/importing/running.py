"""One import from its bytes to its report: read, prepare, and write if all is well."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.enums import ImportFormat
from courses.formats.django_quiz_app import DumpQuiz, read_django_quiz_app
from courses.formats.reading import read_questions
from courses.formats.structures import FileContents
from courses.importing.plan import Plan
from courses.importing.preparing import Origin, Progress, below, no_progress, prepare
from courses.importing.writing import StalePlan, write_plan

MOST_PLANS = 3


@dataclass(frozen=True)
class FileToImport:
    """What a file holds: questions, and the quizzes of a dump."""

    contents: FileContents
    quizzes: Sequence[DumpQuiz] = ()


def read_file(data: bytes, *, origin: Origin) -> FileToImport:
    """Return what is in a file.

    Raises:
        FileRefused: nothing of it can be read.
    """
    if origin.format_name != ImportFormat.DJANGO_QUIZ_APP:
        return FileToImport(
            read_questions(data, format_name=origin.format_name, language=origin.language)
        )
    dump = read_django_quiz_app(data, language=origin.language)
    root = slugify(origin.source)[:60] or "django-quiz-app"
    questions = tuple(below(root, question) for question in dump.contents.questions)
    notes = list(dump.contents.notes)
    if dump.sittings:
        message = _("Sittings in the file: %d. The command import_questions takes them over.")
        notes.append(message % len(dump.sittings))
    contents = replace(dump.contents, questions=questions, notes=tuple(notes))
    return FileToImport(contents, dump.quizzes)


def run_file(
    data: bytes,
    *,
    origin: Origin,
    now: datetime,
    is_dry: bool,
    is_lenient: bool = False,
    is_publishing: bool = False,
    on_progress: Progress = no_progress,
) -> Plan:
    """Check a file and, unless it is a dry run, write its questions in one transaction.

    With one refused question nothing is written, unless `is_lenient`: then the good ones are.

    Raises:
        FileRefused: nothing of the file can be read.
        StalePlan: others write the same questions all the time.
    """
    file = read_file(data, origin=origin)
    for tries_left in reversed(range(MOST_PLANS)):
        plan = prepare(file.contents, origin=origin, quizzes=file.quizzes, on_progress=on_progress)
        if is_dry or (plan.has_refusals and not is_lenient):
            return plan
        try:
            with transaction.atomic():
                return write_plan(
                    plan,
                    bank=origin.bank,
                    acting_user=origin.acting_user,
                    now=now,
                    is_publishing=is_publishing,
                    keys_from_file=origin.format_name != ImportFormat.DJANGO_QUIZ_APP,
                )
        except StalePlan:
            if not tries_left:
                raise
    raise StalePlan
