import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from lms.core.cells import harmless
from lms.core.models import AuditEvent
from lms.core.workbooks import Page, workbook_of
from lms.learning.enums import AttemptState
from tests.factories.courses import question_content
from tests.learning.cast import body_of, client_of
from tests.learning.marking.cases import ANSWER
from tests.learning.marking.cases import make_scene as make_marking_scene
from tests.learning.statistics.sittings import Scene, annul, make_scene, sit

pytestmark = pytest.mark.django_db


def take(scene: Scene, form: str, **data: str) -> bytes:
    with translation.override("en"):
        address = reverse("quiz_results_download", args=[scene.quiz_key, form])
    answer = client_of(scene.cast.trainer).get(address, data)
    assert answer.status_code == 200
    return body_of(answer)


def csv_rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_file_with_names_has_a_row_for_each_attempt() -> None:
    scene = make_scene()
    first = sit(scene, ["a", "b", None])
    sit(scene, ["a", "a", "a"], enrolment=first.enrolment, number=2)
    learner = first.enrolment.learner

    rows = csv_rows(take(scene, "csv", nombres="1"))

    assert [
        (row["Name"], row["E-mail or user name"], row["Attempt"], row["Result, in per cent"])
        for row in rows
    ] == [
        (learner.full_name, learner.email, "1", "16.6666"),
        (learner.full_name, learner.email, "2", "100.0000"),
    ]
    answers = [(rows[0][f"Mark {n}"], rows[0][f"Answer {n}"]) for n in (1, 2, 3)]
    assert answers == [("1.0000", "Option a"), ("0.0000", "Option b"), ("0.0000", "")]
    assert rows[0]["Started"] == "2026-11-24 12:00"
    event = AuditEvent.objects.get(action="results_downloaded")
    assert (event.actor_id, event.target_id) == (scene.cast.trainer.pk, str(scene.quiz.pk))


def test_file_without_names_leads_to_nobody() -> None:
    scene = make_scene()
    first = sit(scene, ["a", "b", None])
    sit(scene, ["a", "a", "a"], enrolment=first.enrolment, number=2)
    learner = first.enrolment.learner

    content = take(scene, "csv")

    text = content.decode()
    assert [word in text for word in (learner.full_name, str(learner.email), "12:00")] == [
        False,
        False,
        False,
    ]
    rows = csv_rows(content)
    assert len({row["Learner's code"] for row in rows}) == 1
    assert len(rows) == 2


def test_file_names_the_state_and_leaves_out_what_is_in_progress() -> None:
    scene = make_scene()
    annul(sit(scene, ["a"]))
    sit(scene, ["a"], state=AttemptState.SUBMITTED)
    sit(scene, ["a"], state=AttemptState.IN_PROGRESS)

    states = sorted(row["State"] for row in csv_rows(take(scene, "csv")))

    assert states == ["annulled", "handed in, waiting to be marked"]


def test_names_do_not_stand_beside_answers_that_wait_for_a_blind_marker() -> None:
    scene = make_marking_scene()
    attempt = scene.hand_in()
    with translation.override("en"):
        address = reverse("quiz_results_download", args=[scene.quiz_key, "csv"])

    def answers(**data: str) -> list[str]:
        row = csv_rows(body_of(client_of(scene.trainer).get(address, data)))[0]
        return [text for name, text in row.items() if name.startswith("Answer")]

    before = answers(nombres="1"), answers()
    scene.mark(attempt, "excelente", "excelente")

    assert [ANSWER in found for found in before] == [False, True]
    assert answers(nombres="1") == before[1]


def test_both_files_say_the_same() -> None:
    scene = make_scene()
    sit(scene, ["a", "b", None])
    sheet = load_workbook(BytesIO(take(scene, "xlsx"))).active
    assert sheet is not None
    heading, row = ([cell.value for cell in line] for line in sheet.iter_rows())

    from_csv = csv_rows(take(scene, "csv"))[0]

    assert heading == list(from_csv)
    texts = ["" if value is None else str(value) for value in row]
    plain = {"1": "1.0000", "0": "0.0000", "2": "2.0000", "3": "3.0000"}
    marks = [
        plain.get(text, text) if "Mark" in name or "Of" in name else text
        for name, text in zip(heading, texts, strict=True)
    ]
    assert marks == list(from_csv.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+51 999", "'+51 999"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\ufeff\u200b=1", "'\ufeff\u200b=1"),
        ("\u22125", "'\u22125"),
        ("\uff1d1", "'\uff1d1"),
        ("a=1", "a=1"),
        ("", ""),
        ("a\x00b\x1bc", "abc"),
        (-5, -5),
        (None, None),
    ],
)
def test_cell_is_never_taken_for_a_formula(text: Any, expected: Any) -> None:
    assert harmless(text) == expected


def test_answer_that_looks_like_a_formula_stays_text_in_both_files() -> None:
    scene = make_scene()
    version = scene.questions[0].live_version
    assert version is not None
    evil = '=HYPERLINK("https://evil.example","x")'
    options = question_content()["options"]
    options[0]["texts"] = {"es": evil, "en": evil}
    question = scene.questions[0]
    question.live_version = question.versions.create(
        number=2,
        kind=question.kind,
        content=question_content(options=options),
        created_at=version.created_at,
    )
    sit(scene, ["a"])

    assert csv_rows(take(scene, "csv"))[0]["Answer 1"] == f"'{evil}"
    sheet = load_workbook(BytesIO(take(scene, "xlsx"))).active
    assert sheet is not None
    cells = {cell.value: cell.data_type for line in sheet.iter_rows(min_row=2) for cell in line}
    assert cells[f"'{evil}"] == "s"
    assert "f" not in cells.values()


def test_sheet_is_named_as_excel_allows() -> None:
    page = Page("Prueba [1]: ¿qué / cómo? y un nombre muy largo", [["a"]])
    book = load_workbook(BytesIO(workbook_of([page])))

    assert len(book.sheetnames[0]) <= 31
    assert not set(book.sheetnames[0]) & set("[]:*?/\\")


def test_queries_do_not_grow_with_the_attempts() -> None:
    scene = make_scene()
    take(scene, "csv", nombres="1")  # what is asked once and then kept is no part of it
    counts = []
    for number in range(3):
        sit(scene, ["a", "b", "c"][: number + 1])
        with CaptureQueriesContext(connection) as queries:
            take(scene, "csv", nombres="1")
        counts.append(len(queries))

    assert counts == [counts[0]] * 3
