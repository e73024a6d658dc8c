"""Upload a file of questions in the database of the worker's test, in a process of its own."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.certificates.worker_settings")

import django

django.setup()

from django.core.files.base import ContentFile
from django.utils import timezone

from courses.importing.jobs import begin_import, confirm_import
from courses.models import QuestionBank, QuestionImport
from tests.courses.authoring import make_trainer

QUESTIONS = "".join(f"::P{number}::Texto {number}.{{=a ~b}}\n\n" for number in range(50))


def main() -> None:
    """Upload the file the first time, and give the trainer's word the second time."""
    row = QuestionImport.objects.select_related("created_by").first()
    if row is not None and row.created_by is not None:
        confirm_import(
            question_import=row,
            is_lenient=False,
            acting_user=row.created_by,
            now=timezone.now(),
        )
        return
    begin_import(
        bank=QuestionBank.objects.create(name="Banco", slug="banco"),
        format_name="gift",
        language="es",
        file=ContentFile(QUESTIONS.encode(), "preguntas.gift"),
        media=None,
        source="",
        is_lenient=False,
        is_publishing=False,
        acting_user=make_trainer(),
        now=timezone.now(),
    )


main()
