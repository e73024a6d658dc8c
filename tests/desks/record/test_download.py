"""My data: everything that is kept about somebody, and nothing of anybody else."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from courses.enums import FeedbackTiming
from courses.models import QuestionVersion, Quiz
from lms.accounts.enums import PersonalFileKind
from lms.accounts.models import PersonalFile, User
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.desks.record import services
from lms.desks.record.answers import MODELS as ANSWER_MODELS
from lms.desks.record.columns import EXPORTS
from lms.desks.record.download import my_data
from lms.desks.record.labels import SECTIONS
from lms.desks.record.left_out import LEFT_OUT
from lms.desks.record.printing import data_html
from lms.desks.record.register import entries
from lms.learning.models import Attempt
from tests.desks.record.scene import NOW, OTHERS, answer_quiz, full_scene
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
JSON, PDF = PersonalFileKind.DATA_JSON, PersonalFileKind.DATA_PDF
AUDIT = "core.AuditEvent"


def ask(user: User, kind: PersonalFileKind = JSON, **changes: Any) -> PersonalFile:
    """Ask for a file, an hour after everything."""
    values = {"language": "es", "now": NOW + timedelta(hours=1), **changes}
    return services.ask_for_file(user=user, kind=kind, **values)


def test_every_record_about_a_person_is_in_the_download_or_said_to_be_left_out() -> None:
    about = {entry.model for entry in entries() if entry.path}
    exported = {export.model for export in EXPORTS} | {*ANSWER_MODELS, AUDIT}
    assert exported.isdisjoint(LEFT_OUT)
    assert exported | set(LEFT_OUT) == about
    names = {export.section for export in EXPORTS} | {"answers", "audit_trail"}
    assert set(SECTIONS) == names


def test_download_holds_what_is_hers() -> None:
    cast = full_scene()
    data = json.loads(services.as_json(my_data(cast.learner, now=NOW)))
    assert data["account"][0]["full_name"] == cast.learner.full_name
    assert data["agencies"][0]["agency"] == cast.learner.memberships.get().agency.name
    assert [row["state"] for row in data["enrolments"]] == ["active"]
    assert {row["item"] for row in data["lessons"]} == {one.title for one in cast.made.lessons}
    assert len(data["answers"]) == cast.made.quiz_page.quiz.sources.count()
    assert all(row["answer"] and row["mark"] == "0" for row in data["answers"])
    assert [row["score_per_cent"] for row in data["attempts"]] == ["0"]
    assert [row["text"] for row in data["messages"]] == ["Nos vemos el lunes."]
    assert [row["text"] for row in data["questions_to_trainers"]] == ["¿Y si llama?"]
    assert [row["purpose"] for row in data["consents"]] == ["participation"]
    assert [row["state"] for row in data["attendance"]] == ["present"]
    assert "consent_given" in {row["action"] for row in data["audit_trail"]}
    assert len(data["corrections"]) == 1
    assert len(data["register"]) == 13


def test_download_holds_no_key_and_nobody_else() -> None:
    cast = full_scene()
    cast.learner.document_kind, cast.learner.document_ciphertext = "dni", "geheim"
    cast.learner.document_fingerprint = "abdruck"
    cast.learner.save()
    text = services.as_json(my_data(cast.learner, now=NOW)).decode()
    page = data_html(cast.learner, my_data(cast.learner, now=NOW))
    rights = [
        option["texts"]["es"]
        for version in QuestionVersion.objects.all()
        for option in version.content["options"]
        if option["weight"] == "1"
    ]
    assert "Opción b" in text
    assert set(rights) == {"Opción a"}
    for said in (text, page):
        assert not any(right in said for right in rights)
        assert OTHERS not in said
        for person in (cast.trainer, cast.coordinator, cast.stranger):
            assert person.email not in said
        for secret in ("geheim", "abdruck", cast.learner.password):
            assert secret not in said


def test_result_that_is_held_back_is_held_back_here_too() -> None:
    cast = make_cast()
    answer_quiz(cast, "a")
    Attempt.objects.update(state="submitted", score=None, is_passed=None, counts=False)
    rows = my_data(cast.learner, now=NOW)["answers"]
    assert rows
    assert {row["mark"] for row in rows} == {None}


def test_quiz_that_tells_only_whether_it_was_passed_tells_no_mark_here_either() -> None:
    cast = make_cast()
    Quiz.objects.update(feedback=FeedbackTiming.NONE)
    answer_quiz(cast, "a")
    data = my_data(cast.learner, now=NOW)
    assert [row["mark"] for row in data["answers"]] == [None] * len(data["answers"]) != []
    assert [(row["score_per_cent"], row["is_passed"]) for row in data["attempts"]] == [(None, True)]


def test_download_takes_the_same_queries_however_much_there_is() -> None:
    cast = full_scene()
    with CaptureQueriesContext(connection) as first:
        my_data(cast.learner, now=NOW)
    for _more in range(2):
        answer_quiz(cast, "b")
    with CaptureQueriesContext(connection) as second:
        data = my_data(cast.learner, now=NOW)
    assert len(data["attempts"]) == 3
    assert len(first) == len(second)


def test_long_lists_are_cut_and_say_so() -> None:
    cast = full_scene()
    data = my_data(cast.learner, now=NOW, most=1)
    assert data["cut_after_rows"]["answers"] == 1
    assert len(data["answers"]) == 1
    assert "agencies" not in data["cut_after_rows"]


def test_small_file_is_made_at_once_and_stands_encrypted() -> None:
    cast = full_scene()
    file = ask(cast.learner)
    row = PersonalFile.objects.get()
    assert (row.state, row.expires_at) == (OutboxState.DONE, NOW + timedelta(hours=73))
    assert cast.learner.full_name.encode() not in bytes(row.ciphertext)
    content = services.open_file(file=row, acting_user=cast.learner, now=NOW)
    assert json.loads(content)["account"][0]["email"] == cast.learner.email
    assert row.byte_count == len(content)
    about = {"target_type": "accounts.personalfile", "target_id": str(file.pk)}
    actions = AuditEvent.objects.filter(subject_id=cast.learner.pk, **about)
    assert set(actions.values_list("action", flat=True)) == {
        "personal_file_asked",
        "personal_file_downloaded",
    }


def test_large_file_waits_for_the_worker_which_makes_it_once(
    django_capture_on_commit_callbacks: Any,
) -> None:
    cast = full_scene()
    with patch.object(services, "SMALL", 1):
        file = ask(cast.learner)
        assert ask(cast.learner).pk == file.pk
    assert file.state == OutboxState.PENDING
    assert services.make_file(file_id=file.pk, now=NOW) is True
    assert services.make_file(file_id=file.pk, now=NOW) is False
    file.refresh_from_db()
    assert (file.state, file.tries) == (OutboxState.DONE, 1)


def test_failure_ends_on_the_row_and_the_sweep_gives_up() -> None:
    person = UserFactory()
    file = ask(person, PDF)
    with (
        patch.object(services, "document_pdf", side_effect=MemoryError("no room")),
        pytest.raises(MemoryError),
    ):
        services.make_file(file_id=file.pk, now=NOW)
    file.refresh_from_db()
    assert (file.state, file.failure) == (OutboxState.PENDING, "MemoryError: no room")
    PersonalFile.objects.update(tries=services.MOST_TRIES)
    services.sweep_files(now=NOW + timedelta(hours=2))
    file.refresh_from_db()
    assert file.state == OutboxState.FAILED


def test_file_that_is_too_large_is_not_kept() -> None:
    person = UserFactory()
    with patch.object(services, "MOST_BYTES", 10), pytest.raises(services.TooLargeError):
        ask(person)


def test_file_goes_after_its_hours_and_asking_has_a_limit() -> None:
    person = UserFactory()
    for _time in range(services.MOST_A_DAY):
        ask(person)
    assert PersonalFile.objects.exclude(ciphertext=b"").count() == 1
    with pytest.raises(services.FileRefused):
        ask(person)
    services.sweep_files(now=NOW + timedelta(hours=74))
    assert not PersonalFile.objects.exclude(ciphertext=b"").exists()
    services.sweep_files(now=NOW + timedelta(hours=99))
    assert not PersonalFile.objects.exists()


@pytest.fixture
def file(cast: Cast) -> PersonalFile:
    made = services.ask_for_file(
        user=cast.learner, kind=JSON, language="es", now=cast.enrolment.enrolled_at
    )
    PersonalFile.objects.update(expires_at="2099-01-01T00:00Z")
    made.refresh_from_db()
    return made


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_data_asks_for_the_password_once_more(cast: Cast, file: PersonalFile) -> None:
    browser = client_of(cast.learner)
    url = reverse("personal_file", args=[file.public_id])
    for guarded in (url, reverse("my_data_files")):
        answer = browser.get(guarded)
        assert answer.status_code == 302
        assert "/accounts/reauthenticate/" in answer["Location"]
    asked = browser.post(reverse("my_data_files"), {"kind": "data_json"})
    assert "/accounts/reauthenticate/" in asked["Location"]
    browser.post("/accounts/reauthenticate/?next=/", {"password": PASSWORD})
    answer = browser.get(url)
    assert json.loads(answer.content)["format"] == "amparo-my-data/1"
    assert answer["Content-Disposition"] == 'attachment; filename="mis-datos.json"'
    assert "no-store" in answer["Cache-Control"]
    assert browser.get(reverse("my_data_files")).status_code == 200


def test_file_is_nobody_elses_and_nobodys_when_it_is_over(cast: Cast, file: PersonalFile) -> None:
    url = reverse("personal_file", args=[file.public_id])
    assert cast.statuses(url) == {
        "learner": 302,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    PersonalFile.objects.update(expires_at=NOW)
    assert client_of(cast.learner).get(url).status_code == 404


def test_record_as_pdf_is_made_by_the_worker_and_taken(cast: Cast) -> None:
    browser = client_of(cast.learner)
    browser.post(reverse("ask_record_pdf"))
    file = PersonalFile.objects.get()
    url = reverse("personal_file", args=[file.public_id])
    assert (file.state, browser.get(url)["Location"]) == ("pending", reverse("my_record"))
    services.make_file(file_id=file.pk, now=file.created_at)
    content = browser.get(url).content
    assert content.startswith(b"%PDF-")
    reader = PdfReader(BytesIO(content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert cast.learner.full_name in reader.pages[0].extract_text()


def test_page_of_my_data_is_for_whoever_is_logged_in(cast: Cast) -> None:
    assert cast.statuses(reverse("my_data")) == dict.fromkeys(cast.people, 200) | {"nobody": 302}
