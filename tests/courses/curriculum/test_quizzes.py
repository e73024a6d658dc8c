"""Every setting of a quiz in its file, and what an older load left behind."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.problems import CurriculumError
from courses.curriculum.states import state_of
from courses.curriculum.structures import digest
from courses.models import LoadedItem, Question, QuestionTag, Quiz
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import totals
from tests.factories.curriculum import change

pytestmark = pytest.mark.django_db

MODULE = "courses/curso/modulo-1/module.yaml"
QUIZ = "courses/curso/modulo-1/prueba.yaml"
EXAM = """mode: exam
weight: 2.5
counting: last
wait_minutes: 1440
opens_at: 2026-12-01 08:00
closes_at: 2026-12-15 18:00
time_limit: 45
hide_names_from_markers: false
second_marker: true
marking_difference: 12.5
sections:
  - {number: 1, es: Primera, en: First, pass_mark: 80}
  - {number: 2, es: Segunda, en: Second}
pass_mark: 70"""


def write_exam(folder: Path) -> None:
    """Let the quiz of the small curriculum use everything that a quiz can say."""
    change(folder, QUIZ, "pass_mark: 70", EXAM)
    change(folder, QUIZ, "feedback: at_end", "feedback: after_closing")
    change(folder, QUIZ, "question: q-1", "question: q-1\n    section: 1\n    marks: 2")
    change(folder, QUIZ, "from: modulo-1", "from: modulo-1\n    section: 2")


def write_diagnoses(folder: Path) -> None:
    """Put a pre-test before the module's quiz, which becomes its post-test."""
    place = folder / "courses/curso/modulo-1"
    change(folder, MODULE, "leccion-2, prueba]", "leccion-2, prueba, inicial]")
    change(folder, QUIZ, "pass_mark: 70", "mode: diagnosis")
    for ending in ("yaml", "es.md", "en.md"):
        text = (place / f"prueba.{ending}").read_text(encoding="utf-8")
        (place / f"inicial.{ending}").write_text(text, encoding="utf-8")
    change(folder, QUIZ, "mode: diagnosis", "mode: diagnosis\ncompared_with: inicial")


def test_file_says_every_setting(folder: Path, load: Load) -> None:
    write_exam(folder)
    load()

    quiz = Quiz.objects.get()
    assert (quiz.mode, quiz.weight, quiz.counting, quiz.wait_minutes) == (
        "exam",
        Decimal("2.5"),
        "last",
        1440,
    )
    assert (quiz.opens_at, quiz.closes_at, quiz.time_limit_minutes) == (
        datetime(2026, 12, 1, 13, 0, tzinfo=UTC),
        datetime(2026, 12, 15, 23, 0, tzinfo=UTC),
        45,
    )
    assert (quiz.is_marked_anonymously, quiz.needs_second_marker, quiz.marking_difference) == (
        False,
        True,
        Decimal("12.5"),
    )
    sections = quiz.sections.order_by("number")
    assert list(sections.values_list("number", "title_es", "title_en", "pass_mark")) == [
        (1, "Primera", "First", Decimal(80)),
        (2, "Segunda", "Second", None),
    ]
    sources = quiz.sources.order_by("sort_order")
    assert list(sources.values_list("section", "marks")) == [(1, Decimal(2)), (2, Decimal(1))]
    assert not load().has_changes


def test_setting_that_is_left_out_again_falls_back(folder: Path, load: Load) -> None:
    before = (folder / QUIZ).read_text(encoding="utf-8")
    write_exam(folder)
    load()
    (folder / QUIZ).write_text(before, encoding="utf-8")

    assert totals(load())[Decision.UPDATE] == 1
    quiz = Quiz.objects.get()
    assert (quiz.mode, quiz.weight, quiz.closes_at, quiz.time_limit_minutes) == (
        "graded",
        Decimal(1),
        None,
        None,
    )
    assert not quiz.sections.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("weight", Decimal(3)), ("time_limit_minutes", 5), ("is_marked_anonymously", False)],
)
def test_setting_that_a_trainer_changed_is_kept(
    folder: Path, load: Load, name: str, value: Any
) -> None:
    load()
    quiz = Quiz.objects.get()
    setattr(quiz, name, value)
    quiz.save()
    change(folder, QUIZ, "attempts: null", "attempts: 3")

    report = load()

    assert report.kept == [f"{QUIZ}: edited by a trainer"]


def test_draw_by_level(folder: Path, load: Load) -> None:
    change(folder, QUIZ, "from: modulo-1", "from: modulo-1\n    level: apply")
    load()

    assert Quiz.objects.get().sources.get(question=None).level == "apply"
    assert not load().has_changes


def test_draw_by_tag_and_difficulty(folder: Path, load: Load) -> None:
    load()
    for question in Question.objects.all():
        question.tags.add("derechos")
        question.difficulty = "hard"
        question.save()
    change(
        folder, QUIZ, "from: modulo-1", "from: modulo-1\n    tag: derechos\n    difficulty: hard"
    )
    load()

    source = Quiz.objects.get().sources.get(question=None)
    assert (source.tag, source.difficulty) == (QuestionTag.objects.get(), "hard")
    assert not load().has_changes


def test_draw_by_a_tag_that_no_question_has_is_refused(folder: Path, load: Load) -> None:
    change(folder, QUIZ, "from: modulo-1", "from: modulo-1\n    tag: nada")

    with pytest.raises(CurriculumError):
        load()
    assert not QuestionTag.objects.exists()


def test_diagnoses_are_joined(folder: Path, load: Load) -> None:
    write_diagnoses(folder)
    load()

    after = Quiz.objects.get(slug="curso-modulo-1-prueba")
    assert (after.mode, after.compared_with.slug) == ("diagnosis", "curso-modulo-1-inicial")
    assert not load().has_changes


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("weight: 2.5", "weight: 2,5", "weight:", "`weight` must be a number from 0 to 100"),
        ("weight: 2.5", "weight: 101", "weight:", "`weight` must be a number from 0 to 100"),
        ("2026-12-01 08:00", "2026-13-01 08:00", "opens_at:", "`opens_at` must be a moment"),
        ("2026-12-01 08:00", "mañana", "opens_at:", "`opens_at` must be a moment"),
        ("2026-12-15", "2026-11-15", "closes_at:", "antes de abrirse|close before it opens"),
        ("after_closing", "at_end", "feedback:", "after closing, marks only, or none|Un examen"),
        ("mode: exam", "mode: test", "mode:", "`mode` must be one of graded, exam"),
        ("mode: exam", "mode: survey", "pass_mark: 70", "a survey has no pass mark"),
        ("marks: 2", "marks: 0", "marks:", "`marks` is more than 0"),
        ("marks: 2", "marks: -1", "marks:", "`marks` must be a number from 0 to 999"),
        ("{number: 2", "{number: 10", "{number: 10", "`number` must be a whole number from 1 to 9"),
        ("en: Second", "an: Second", "an: Second", "the field `en` is missing"),
        ("time_limit: 45", "time_limit: 0", "time_limit:", "`time_limit` must be a whole number"),
    ],
)
def test_mistake_is_named_with_its_line(
    folder: Path, old: str, new: str, line: str, message: str
) -> None:
    write_exam(folder)
    change(folder, QUIZ, old, new)
    lines = (folder / QUIZ).read_text(encoding="utf-8").splitlines()
    number = next(n for n, text in enumerate(lines, 1) if line in text)

    with pytest.raises(CurriculumError, match=f"{QUIZ}:{number}: .*({message})"):
        read_curriculum(folder)


@pytest.mark.parametrize("target", ["leccion-1", "nada", "modulo-9/prueba", "prueba"])
def test_comparison_needs_two_diagnoses(folder: Path, target: str) -> None:
    write_diagnoses(folder)
    line = change(folder, QUIZ, "compared_with: inicial", f"compared_with: {target}")

    with pytest.raises(CurriculumError, match=f"{QUIZ}:{line}: "):
        read_curriculum(folder)


def test_quiz_of_an_older_load_has_not_changed(folder: Path, load: Load) -> None:
    """The digests are those that the program stored before quizzes had modes."""
    load()
    quiz = Quiz.objects.get()
    question, category = Question.objects.get(key="q-1"), Question.objects.get(key="q-1").category
    values = {
        "name": "Prueba",
        "pass_mark": Decimal(70),
        "attempts": None,
        "is_question_order_shuffled": True,
        "is_option_order_shuffled": True,
        "layout": "one_per_page",
        "feedback": "at_end",
    }
    said = [quiz.slug, values, [["q-1", "", 0], ["", "modulo-1", 2]]]
    state = ["Prueba", quiz.slug, "70.00", "None", "True", "True", "one_per_page", "at_end"]
    rows = [(0, question.pk, 0, 0), (1, 0, category.pk, 2)]

    item = LoadedItem.objects.get(path=QUIZ)

    assert item.source_digest == digest(said)
    assert item.state_digest == state_of(quiz) == digest([*state, rows])
