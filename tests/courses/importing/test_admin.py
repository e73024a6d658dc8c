"""The trainer's way: upload, check, read the report, write; who may, and what a mistake answers."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses import tasks
from courses.enums import ImportState
from courses.importing.jobs import TASK
from courses.models import Question, QuestionBank, QuestionImport, QuestionVersion
from lms.core.models import AuditEvent
from tests.courses.authoring import client_of, make_trainer
from tests.learning.cast import make_cast

pytestmark = pytest.mark.django_db

INDEX = "/admin/importar/"


class Worker:
    """A trainer's browser with a worker behind it: what is sent on commit is done at once."""

    def __init__(self, client: Client, capture: Any) -> None:
        self.client = client
        self.capture = capture

    def get(self, *arguments: Any) -> Any:
        return self.client.get(*arguments)

    def post(self, *arguments: Any) -> Any:
        with self.capture(execute=True):
            return self.client.post(*arguments)


def test_task_is_known_by_the_name_that_the_row_sends() -> None:
    assert tasks.run_question_import.name == TASK


@pytest.fixture
def bank() -> QuestionBank:
    return QuestionBank.objects.create(name="Banco", slug="banco")


@pytest.fixture
def trainer(django_capture_on_commit_callbacks: Any) -> Worker:
    return Worker(client_of(make_trainer()), django_capture_on_commit_callbacks)


def upload(client: Worker, bank: QuestionBank, text: str | bytes, **fields: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return client.post(
        INDEX,
        {
            "file": SimpleUploadedFile("preguntas.gift", data),
            "format": "gift",
            "bank": bank.pk,
            "language": "es",
            **fields,
        },
    )


def test_import_is_checked_first_and_written_on_the_trainers_word(
    trainer: Worker, bank: QuestionBank
) -> None:
    answer = upload(trainer, bank, "::Uno::¿Qué va primero?{=La seguridad ~El informe}")
    row = QuestionImport.objects.get()
    assert answer["Location"] == f"{INDEX}{row.pk}/"
    assert row.state == ImportState.CHECKED
    assert Question.objects.count() == 0
    page = trainer.get(answer["Location"]).content.decode()
    assert "Write 1 question" in page
    trainer.post(f"{INDEX}{row.pk}/write/")
    row.refresh_from_db()
    assert row.state == ImportState.DONE
    question = Question.objects.get()
    assert question.live_version is None
    assert QuestionVersion.objects.get().content["stems"] == {"es": "¿Qué va primero?"}
    page = trainer.get(f"{INDEX}{row.pk}/").content.decode()
    assert f"/admin/preguntas/edit/{question.pk}/" in page
    assert not row.file.storage.exists(row.file.name)


def test_one_bad_question_stops_the_file_until_the_good_ones_are_asked_for(
    trainer: Worker, bank: QuestionBank
) -> None:
    bad = "::Uno::¿Qué?{=a ~b}\n\n::Dos::Sin cierre {=a\n"
    upload(trainer, bank, bad)
    row = QuestionImport.objects.get()
    address = f"{INDEX}{row.pk}/"
    trainer.post(f"{address}write/")
    assert Question.objects.count() == 0
    page = trainer.get(address).content.decode()
    assert "Write the 1 good question" in page
    assert '<span class="amparo-narrow">Line</span> 3</td>' in page
    trainer.post(f"{address}write/", {"is_lenient": "1"})
    assert Question.objects.count() == 1


def test_writing_twice_writes_once(trainer: Worker, bank: QuestionBank) -> None:
    upload(trainer, bank, "::Uno::¿Qué?{=a ~b}")
    address = f"{INDEX}{QuestionImport.objects.get().pk}/write/"
    trainer.post(address)
    trainer.post(address)
    assert QuestionVersion.objects.count() == 1


def test_file_that_cannot_be_read_is_refused_with_its_reason(
    trainer: Worker, bank: QuestionBank
) -> None:
    upload(trainer, bank, b"<!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz/>", format="moodle_xml")
    row = QuestionImport.objects.get()
    assert row.state == ImportState.REFUSED
    page = trainer.get(f"{INDEX}{row.pk}/").content.decode()
    assert "such files are refused" in page


def test_big_file_is_refused_at_its_field(trainer: Worker, bank: QuestionBank) -> None:
    answer = upload(trainer, bank, b"a" * (20 * 1024 * 1024 + 1))
    assert "This file is too big: at most 20 MB." in answer.content.decode()
    assert QuestionImport.objects.count() == 0


def test_progress_is_told(trainer: Worker, bank: QuestionBank) -> None:
    upload(trainer, bank, "::Uno::¿Qué?{=a ~b}")
    row = QuestionImport.objects.get()
    answer = trainer.get(f"{INDEX}{row.pk}/progress/")
    assert answer.json() == {"done": 1, "total": 1, "is_waiting": False}


def test_only_trainers_import_and_each_sees_the_own(trainer: Worker, bank: QuestionBank) -> None:
    upload(trainer, bank, "::Uno::¿Qué?{=a ~b}")
    cast = make_cast()
    row = QuestionImport.objects.get()
    expected = {
        "learner": 302,
        "trainer": 404,
        "coordinator": 302,
        "administrator": 200,
        "stranger": 302,
        "nobody": 302,
    }
    assert cast.statuses(f"{INDEX}{row.pk}/") == expected
    assert cast.statuses(INDEX) == {**expected, "trainer": 200}
    assert cast.statuses("/admin/exportar/") == {**expected, "trainer": 200}


def test_list_asks_as_many_queries_for_three_as_for_one(
    trainer: Worker, bank: QuestionBank, django_assert_num_queries: Any
) -> None:
    upload(trainer, bank, "::Uno::¿Qué?{=a ~b}")
    trainer.get(INDEX)
    with CaptureQueriesContext(connection) as one:
        trainer.get(INDEX)
    expected = len(one)
    upload(trainer, bank, "::Dos::¿Qué?{=a ~b}")
    upload(trainer, bank, "::Tres::¿Qué?{=a ~b}")
    with django_assert_num_queries(expected):
        trainer.get(INDEX)


def test_export_page_names_what_is_lost_and_gives_the_file(
    trainer: Worker, bank: QuestionBank
) -> None:
    upload(trainer, bank, "::Uno::¿Qué?{=a ~b#no}")
    trainer.post(f"{INDEX}{QuestionImport.objects.get().pk}/write/")
    chosen = {"bank": bank.pk, "format": "aiken", "language": "es"}
    page = trainer.get("/admin/exportar/", chosen).content.decode()
    assert "feedback to options" in page
    answer = trainer.get("/admin/exportar/", {**chosen, "download": "1"})
    noted = AuditEvent.objects.get(action="questions_exported")
    assert noted.reason == "aiken: 1"
    assert answer.content.decode() == "¿Qué?\nA. a\nB. b\nANSWER: A\n"
