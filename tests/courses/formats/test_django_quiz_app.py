"""The four shapes of a dump of django-quiz-app, and dumps with mistakes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from courses.formats.django_quiz_app import Dump, read_django_quiz_app
from courses.formats.structures import FileRefused
from courses.question_types.exchange import Shape

DUMPS = Path(__file__).parent / "dumps"
NAMES = ["django18", "django22", "django52", "django61"]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def dump(name: str) -> Dump:
    return read_django_quiz_app((DUMPS / f"{name}.json").read_bytes(), language="es")


def objects() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DUMPS / "django52.json").read_text())
    return found


def read(rows: list[dict[str, Any]]) -> Dump:
    return read_django_quiz_app(json.dumps(rows, indent=1).encode(), language="es")


@pytest.mark.parametrize("name", NAMES)
def test_questions_of_every_shape_of_dump(name: str) -> None:
    contents = dump(name).contents
    assert contents.refusals == ()
    choice, truth, essay = contents.questions
    assert [q.shape for q in contents.questions] == [
        Shape.SINGLE_CHOICE,
        Shape.TRUE_FALSE,
        Shape.OPEN,
    ]
    assert (choice.key, choice.category) == ("1", "Ley 28950, trata/Derechos")
    assert choice.explanations == {"es": "La seguridad."}
    assert choice.lost == ("formatting (b)", "active content (script)")
    assert [(a.texts["es"], a.fraction) for a in choice.answers] == [
        ("La seguridad", Decimal(1)),
        ("El informe", Decimal(0)),
    ]
    assert [a.fraction for a in truth.answers] == [Decimal(1), Decimal(0)]
    assert truth.extra == {"figure_path": "uploads/2015/06/01/plano.png"}
    assert essay.category == ""


@pytest.mark.parametrize("name", NAMES)
def test_quizzes_take_their_questions_from_the_questions_alone(name: str) -> None:
    first, second = dump(name).quizzes
    assert (first.question_pks, second.question_pks) == ((1, 2, 3), (1, 2, 3))
    assert (first.url, first.pass_mark, first.is_single_attempt) == ("primeros-pasos", 50, True)
    assert (second.is_random, second.most_questions, second.is_feedback_at_end) == (True, 2, True)


@pytest.mark.parametrize("name", NAMES)
def test_sittings_freeze_whether_they_were_passed(name: str) -> None:
    open_one, passed = dump(name).sittings
    assert (open_one.score, open_one.possible, open_one.is_passed) == (1, 3, False)
    assert (passed.percent, passed.is_complete, passed.is_passed) == (67, True, True)
    assert [answer["answer"] for answer in passed.answers] == [
        "La seguridad",
        "True",
        "Mi texto, con coma",
    ]
    assert [answer["is_wrong"] for answer in open_one.answers] == ["yes", "yes", ""]
    assert passed.started_at is not None
    assert passed.started_at.tzinfo is not None
    assert passed.user == ("luz" if name == "django61" else "8")


def test_users_of_the_dump_and_objects_of_other_kinds() -> None:
    found = dump("django52")
    assert found.addresses["7"] == found.addresses["ana"] == "ana@example.org"
    assert found.contents.notes == ("Objects of other kinds were left out: quiz.progress (1).",)


def test_lines_are_those_of_the_objects() -> None:
    text = (DUMPS / "django22.json").read_text().split("\n")
    question = dump("django22").contents.questions[0]
    assert '"quiz.question"' in text[question.line]


def without(label: str, pk: int) -> list[dict[str, Any]]:
    return [row for row in objects() if (row["model"], row["pk"]) != (label, pk)]


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        (without("essay.essay_question", 3), ["No row says of which type the question is."]),
        (
            [*objects(), {"model": "essay.essay_question", "pk": 1, "fields": {}}],
            ["The question has more than one type."],
        ),
        (
            without("quiz.question", 1),
            ["Its row of quiz.question is missing."],
        ),
        (
            without("multichoice.mcquestion", 1),
            [
                "The question of this option is missing.",
                "The question of this option is missing.",
                "No row says of which type the question is.",
            ],
        ),
        ([*objects(), objects()[2]], ["The same object stands in the file twice."]),
        (without("quiz.quiz", 1), ["Its quiz is not in the file."] * 2),
    ],
)
def test_what_does_not_fit_is_refused_by_name(rows: list[Any], messages: list[str]) -> None:
    assert [refusal.message for refusal in read(rows).contents.refusals] == messages


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"{}", "no JSON list", 1),
        (b'[\n{"model": "quiz.quiz", "pk": 1,\n]', "damaged", 2),
        (b"[\n1]", "no object", 2),
        (b'[{"model": "quiz.quiz", "pk": "x", "fields": {}}]', "no number", 1),
        (b"[]", "nothing of django-quiz-app", 0),
    ],
)
def test_files_that_are_no_dump_are_refused(data: bytes, message: str, line: int) -> None:
    with pytest.raises(FileRefused, match=message) as refused:
        read_django_quiz_app(data, language="es")
    assert refused.value.line == line


def test_fields_of_any_kind_break_nothing() -> None:
    """Numbers without end, nested lists and letters that no database takes are not our crash."""
    rows = objects()
    quiz = next(row["pk"] for row in rows if row["model"] == "quiz.quiz")
    for row in rows:
        if row["model"] == "quiz.question":
            row["fields"]["quiz"] = [{"a": 1}, [2], quiz]
    rows += [
        {"model": "quiz.question", "pk": 900, "fields": {"content": "x", "quiz": 5}},
        {"model": "x\x00\ud800", "pk": None, "fields": {}},
    ]
    rows += [
        {
            "model": "quiz.sitting",
            "pk": 900 + number,
            "fields": {"quiz": quiz, "question_order": "1,", "current_score": 0, **fields},
        }
        for number, fields in enumerate(
            [
                {"question_order": "9" * 5000},
                {"user_answers": "[" * 100_000},
                {"user_answers": json.dumps({"1": "9" * 5000})},
            ]
        )
    ]
    found = read(rows)
    assert len(found.contents.questions) == 3
    assert any("x (1)" in note for note in found.contents.notes)
    assert len(found.sittings) == len(dump("django52").sittings) + 3
