"""`import_questions` and `export_questions`, and the sittings of a dump."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from courses.models import Question, QuestionBank
from lms.core.models import AuditEvent
from lms.learning.models import ImportedSitting
from lms.learning.sittings import forget_sittings_of
from tests.courses.formats.test_django_quiz_app import DUMPS
from tests.factories import UserFactory
from tests.learning.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def bank() -> QuestionBank:
    return QuestionBank.objects.create(name="Banco", slug="banco")


def call(*arguments: Any) -> tuple[list[str], str]:
    """Return the lines and the errors of a command."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*[str(argument) for argument in arguments], stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue()


def gift(folder: Path, text: str) -> Path:
    file = folder / "preguntas.gift"
    file.write_text(text)
    return file


def test_import_and_export_by_command(bank: QuestionBank, tmp_path: Path) -> None:
    file = gift(tmp_path, "// [id:uno]\n::uno::[plain]¿Qué? {\n=a\n~b\n}\n")
    options = ("--format", "gift", "--bank", "banco")
    lines, _err = call("import_questions", file, *options, "--dry-run")
    assert lines[0].startswith("line 2: create: uno | to mend before publishing: ")
    assert lines[-1] == "dry run: nothing was written"
    assert Question.objects.count() == 0
    lines, _err = call("import_questions", file, *options)
    assert (
        lines[-1] == "questions and quizzes: create: 1, change: 0, skip: 0, refuse: 0; sittings: 0"
    )
    lines, err = call("export_questions", "banco", "--format", "gift")
    assert "\n".join(lines) == f"$CATEGORY: importadas\n\n{file.read_text()}".rstrip("\n")
    assert "sources, level" in err
    target = tmp_path / "fuera.txt"
    call("export_questions", "banco", "--format", "aiken", "--output", target, "--question", "uno")
    assert target.read_text() == "¿Qué?\nA. a\nB. b\nANSWER: A\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bank", "otro"], "There is no bank “otro”. There are: banco."),
        (["--bank", "banco"], "Nothing was written: mend what is refused, or use --lenient."),
    ],
)
def test_mistakes_end_the_command(
    bank: QuestionBank, tmp_path: Path, arguments: list[str], message: str
) -> None:
    file = gift(tmp_path, "Uno{=a ~b}\n\nMal{=a\n")
    with pytest.raises(CommandError) as error:
        call("import_questions", file, "--format", "gift", *arguments)
    assert str(error.value) == message
    assert Question.objects.count() == 0


def test_big_file_is_refused_before_it_is_read(bank: QuestionBank, tmp_path: Path) -> None:
    file = tmp_path / "grande.gift"
    with file.open("wb") as opened:
        opened.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(CommandError, match=r"bigger than 20 MB"):
        call("import_questions", file, "--format", "gift", "--bank", "banco")


def test_sittings_become_records_of_the_people_we_know(bank: QuestionBank, tmp_path: Path) -> None:
    ana = UserFactory(email="ana@example.org")
    luz = UserFactory(email="luz.nueva@example.org")
    users = tmp_path / "usuarios.csv"
    users.write_text("8,luz.nueva@example.org\n")
    arguments = (
        *("import_questions", DUMPS / "django52.json"),
        *("--format", "django_quiz_app", "--bank", "banco", "--users", users),
    )
    lines, _err = call(*arguments, "--dry-run")
    assert ImportedSitting.objects.count() == 0
    assert [line for line in lines if "Sitting 1:" in line]
    call(*arguments)
    first, second = ImportedSitting.objects.order_by("sitting_number")
    assert (first.learner, first.is_complete, first.is_passed) == (ana, False, False)
    assert (second.learner, second.score, second.possible, second.percent) == (luz, 2, 3, 67)
    assert (second.pass_mark, second.is_passed, second.quiz_title) == (50, True, "Primeros pasos")
    assert second.quiz is not None
    assert second.answers[2]["answer"] == "Mi texto, con coma"
    call(*arguments)
    assert ImportedSitting.objects.count() == 2


def test_sittings_of_an_erased_person_lead_to_nobody(
    bank: QuestionBank, tmp_path: Path, now: datetime
) -> None:
    ana, luz = UserFactory(email="ana@example.org"), UserFactory(email="luz.nueva@example.org")
    users = tmp_path / "usuarios.csv"
    users.write_text("8,luz.nueva@example.org\n")
    arguments = (
        *("import_questions", DUMPS / "django52.json"),
        *("--format", "django_quiz_app", "--bank", "banco", "--users", users),
    )
    call(*arguments)
    before = ImportedSitting.objects.get(learner=ana)
    kept = ImportedSitting.objects.get(sitting_number=2)

    assert forget_sittings_of(learner=luz, acting_user=ana, now=now) == 1
    assert forget_sittings_of(learner=luz, acting_user=ana, now=now) == 0

    gone = ImportedSitting.objects.get(sitting_number=2)
    assert (gone.learner, gone.user_label, gone.answers) == (None, "", [])
    assert (gone.score, gone.possible, gone.is_passed) == (kept.score, kept.possible, True)
    event = AuditEvent.objects.get(action="sitting_forgotten")
    assert (event.actor_id, event.target_id, event.at) == (ana.pk, str(gone.pk), now)
    assert event.changed_fields == ["answers", "learner", "user_label"]
    others = ImportedSitting.objects.get(learner=ana)
    assert (others.answers, others.user_label) == (before.answers, before.user_label)
    call(*arguments)
    assert ImportedSitting.objects.get(sitting_number=2).answers == []


def test_sitting_stays_as_imported_when_the_pass_mark_changes(bank: QuestionBank) -> None:
    arguments = (
        *("import_questions", DUMPS / "django22.json"),
        *("--format", "django_quiz_app", "--bank", "banco"),
    )
    call(*arguments)
    sitting = ImportedSitting.objects.get(sitting_number=2)
    assert (sitting.learner, sitting.user_label, sitting.is_passed) == (None, "8", True)
    assert sitting.quiz is not None
    sitting.quiz.pass_mark = 90
    sitting.quiz.save()
    call(*arguments)
    sitting.refresh_from_db()
    assert (sitting.is_passed, sitting.pass_mark) == (True, 50)


def test_refused_file_takes_no_sittings_over(bank: QuestionBank, tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    text = (DUMPS / "django52.json").read_text()
    file.write_text(text.replace('"essay.essay_question"', '"otra.cosa"'))
    with pytest.raises(CommandError):
        call("import_questions", file, "--format", "django_quiz_app", "--bank", "banco")
    assert ImportedSitting.objects.count() == 0


def test_only_administrators_read_imported_sittings(bank: QuestionBank) -> None:
    call(
        *("import_questions", DUMPS / "django52.json"),
        *("--format", "django_quiz_app", "--bank", "banco"),
    )
    cast = make_cast()
    expected = {
        "learner": 302,
        "trainer": 302,
        "coordinator": 302,
        "administrator": 200,
        "stranger": 302,
        "nobody": 302,
    }
    pk = ImportedSitting.objects.values_list("pk", flat=True)[0]
    assert cast.statuses("/admin/intentos-importados/") == expected
    assert cast.statuses(f"/admin/intentos-importados/{pk}/") == expected
