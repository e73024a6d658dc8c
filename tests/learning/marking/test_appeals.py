"""The learner's objection and its answer."""

import pytest
from django.urls import reverse

from lms.core.models import AuditEvent
from lms.learning.enums import AppealState, NoticeKind
from lms.learning.marking.services import AppealRefused, answer_appeal, mark_again, open_appeal
from lms.learning.models import Appeal, Attempt, ItemMark, Notice
from tests.learning.cast import client_of
from tests.learning.marking.cases import LATER, Scene, given_levels, make_scene

pytestmark = pytest.mark.django_db
TEXT = "No se leyó la segunda parte de mi respuesta."


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def attempt(scene: Scene) -> Attempt:
    made = scene.hand_in()
    scene.mark(made, "falta", "falta")
    Notice.objects.all().delete()
    return made


def object_to(attempt: Attempt, text: str = TEXT) -> Appeal:
    learner = attempt.enrolment.learner
    return open_appeal(attempt=attempt, text=text, acting_user=learner, now=LATER)


def test_learner_objects_once_to_a_result(attempt: Attempt) -> None:
    appeal = object_to(attempt)
    assert object_to(attempt) == appeal
    with pytest.raises(AppealRefused):
        object_to(attempt, "Otra cosa")
    assert (appeal.text, appeal.state) == (TEXT, AppealState.OPEN)
    assert AuditEvent.objects.filter(action="appeal_opened").count() == 1


def test_nothing_can_be_objected_before_there_is_a_result(scene: Scene) -> None:
    waiting = scene.hand_in(scene.learner())
    with pytest.raises(AppealRefused):
        object_to(waiting)


def test_answer_is_kept_and_told_once(scene: Scene, attempt: Attempt) -> None:
    appeal = object_to(attempt)

    def answer(state: AppealState, words: str) -> Appeal:
        return answer_appeal(
            appeal=appeal, state=state, answer=words, acting_user=scene.trainer, now=LATER
        )

    with pytest.raises(AppealRefused):
        answer(AppealState.DISMISSED, "  ")
    answer(AppealState.DISMISSED, "Se leyó entera.")
    with pytest.raises(AppealRefused):
        answer(AppealState.DISMISSED, "Otra respuesta")
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer, appeal.answered_by) == (
        AppealState.DISMISSED,
        "Se leyó entera.",
        scene.trainer,
    )
    assert [notice.kind for notice in Notice.objects.all()] == [NoticeKind.APPEAL_ANSWERED]


def test_upholding_needs_a_mark_that_was_changed(scene: Scene, attempt: Attempt) -> None:
    appeal = object_to(attempt)
    client = client_of(scene.trainer)
    address = reverse("marking_appeal", args=[appeal.pk])
    data = {"state": AppealState.UPHELD, "answer": "Tiene razón."}
    refused = client.post(address, data)
    assert refused.status_code == 400
    assert "Tiene razón." in refused.content.decode()
    mark_again(
        item=scene.item(attempt),
        given=given_levels("excelente", "excelente", reason="Se leyó entera."),
        seen=ItemMark.objects.get().pk,
        acting_user=scene.trainer,
        now=LATER,
    )
    assert client.post(address, data).status_code == 302
    appeal.refresh_from_db()
    assert appeal.state == AppealState.UPHELD


def test_learner_sends_and_reads_on_her_page(scene: Scene, attempt: Attempt) -> None:
    address = reverse("object_to_result", args=[attempt.public_id])
    assert scene.cast.statuses(address, method="post", text=TEXT) == {
        "learner": 302,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 404,
        "stranger": 404,
        "nobody": 401,
    }
    assert Appeal.objects.get().text == TEXT


def test_objection_with_real_case_data_is_asked_to_be_written_without(
    scene: Scene, attempt: Attempt
) -> None:
    client = client_of(scene.cast.learner)
    address = reverse("object_to_result", args=[attempt.public_id])
    text = "Escribí que Rosa Quispe Mamani, con DNI 45678912, pidió ayuda."
    before = AuditEvent.objects.count()
    warned = client.post(address, {"text": text})
    assert warned.status_code == 400
    assert "<mark>Rosa Quispe Mamani</mark>" in warned.content.decode()
    assert "<mark>45678912</mark>" in warned.content.decode()
    assert (Appeal.objects.count(), AuditEvent.objects.count()) == (0, before)
    client.post(address, {"text": "Escribí que una persona pidió ayuda."})
    assert Appeal.objects.get().text == "Escribí que una persona pidió ayuda."


def test_learner_may_say_that_it_is_no_real_case(scene: Scene, attempt: Attempt) -> None:
    client = client_of(scene.cast.learner)
    address = reverse("object_to_result", args=[attempt.public_id])
    text = "El personaje Rosa Quispe del ejercicio pidió agua."
    assert client.post(address, {"text": text}).status_code == 400
    assert client.post(address, {"text": text, "checked": "yes"}).status_code == 302
    assert Appeal.objects.get().text == text


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_bad_objection_is_refused_at_its_field(scene: Scene, attempt: Attempt, text: str) -> None:
    address = reverse("object_to_result", args=[attempt.public_id])
    answer = client_of(scene.cast.learner).post(address, {"text": text})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["text"])
    assert Appeal.objects.count() == 0
