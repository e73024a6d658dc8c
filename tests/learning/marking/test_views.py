"""The trainer's pages: who sees them, what they show, and what they never show."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.models import User
from lms.learning.enums import AppealState, MarkKind
from lms.learning.marking.services import answer_appeal, open_appeal
from lms.learning.models import Appeal, AttemptItem, ItemMark
from tests.factories import EnrolmentFactory
from tests.learning.cast import NOW, client_of
from tests.learning.marking.cases import LATER, Scene, make_scene

pytestmark = pytest.mark.django_db
FULL = {"criterion-seguridad": "excelente", "criterion-escucha": "excelente"}
STRANGERS = {"learner": 404, "coordinator": 404, "stranger": 404, "nobody": 302}
STAFF = {"trainer": 200, "administrator": 200}


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def body(user: User, address: str) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def every_page(scene: Scene) -> dict[str, str]:
    """Return every page of a marked and appealed attempt by its name."""
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "falta")
    appeal = open_appeal(
        attempt=attempt, text="No estoy de acuerdo.", acting_user=scene.cast.learner, now=LATER
    )
    item = scene.item(attempt)
    return {
        "marking_question": url("marking_question", scene.quiz_key, scene.version.pk),
        "marking_answer": url("marking_answer", item.pk),
        "marking_change": url("marking_change", item.pk),
        "marking_questions": url("marking_questions", scene.quiz_key),
        "regrade": url("regrade", scene.quiz_key, scene.choice.pk),
        "marking_appeal": url("marking_appeal", appeal.pk),
    }


def test_only_the_staff_of_the_course_sees_the_pages_of_marking() -> None:
    scene = make_scene()
    found = {name: scene.cast.statuses(at) for name, at in every_page(scene).items()}
    assert found == dict.fromkeys(found, STRANGERS | STAFF)
    assert scene.cast.statuses(url("marking_queue")) == STRANGERS | STAFF


def test_only_the_staff_of_the_course_writes_there() -> None:
    scene = make_scene()
    pages = every_page(scene)
    marks, appeals = ItemMark.objects.count(), list(Appeal.objects.values())
    people = ("learner", "coordinator", "stranger", "nobody")
    for address in pages.values():
        data = {"do": "mark", "reason": "x", "kind": "drop", "state": "dismissed", "answer": "x"}
        statuses = {
            name: client_of(scene.cast.people[name]).post(address, data | FULL).status_code
            for name in people
        }
        assert statuses == dict.fromkeys(people, 404) | {"nobody": 401}
    assert ItemMark.objects.count() == marks
    assert list(Appeal.objects.values()) == appeals


def test_trainer_of_another_course_sees_nothing() -> None:
    scene = make_scene()
    pages = every_page(scene)
    scene.cast.trainer.groups.clear()
    other = User.objects.get(pk=scene.trainer.pk)
    assert {client_of(other).get(at).status_code for at in pages.values()} == {404}


def test_settling_is_for_the_lead_and_forbidden_to_the_other_staff() -> None:
    scene = make_scene(needs_second_marker=True)
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    scene.mark(attempt, "falta", "falta", by=scene.other)
    address = url("marking_settle", scene.item(attempt).pk)
    assert scene.cast.statuses(address) == STRANGERS | {"trainer": 403, "administrator": 200}
    page = body(scene.lead, address)
    assert "Your decision" in page or "Su decisión" in page
    refused = client_of(scene.lead).post(address, FULL | {"do": "mark"})
    assert refused.status_code == 400
    done = client_of(scene.lead).post(address, FULL | {"do": "mark", "reason": "Cumple."})
    assert done.status_code == 302
    assert scene.item(attempt).marks.last().kind == MarkKind.SETTLED


def test_markers_never_see_a_name_where_marking_is_anonymous() -> None:
    scene = make_scene()
    learner = scene.cast.learner
    learner.full_name, learner.display_name = "Zenobia Yupanqui Canaza", "Zeno"
    learner.save()
    waiting = scene.hand_in(scene.learner("Hilario Ticona Pari"))
    pages = every_page(scene) | {
        "queue": url("marking_queue"),
        "other": url("marking_answer", scene.item(waiting).pk),
    }
    del pages["regrade"]
    for address in pages.values():
        page = body(scene.trainer, address)
        words = (
            "Zenobia",
            "Yupanqui",
            "Zeno",
            "Hilario",
            learner.email or "",
            str(waiting.public_id),
        )
        assert [word for word in words if word in page] == []


def test_markers_see_names_where_the_quiz_shows_them() -> None:
    scene = make_scene(is_marked_anonymously=False)
    attempt = scene.hand_in(scene.learner("Hilario Ticona Pari"))
    listed = body(scene.trainer, url("marking_question", scene.quiz_key, scene.version.pk))
    shown = body(scene.trainer, url("marking_answer", scene.item(attempt).pk))
    assert "Hilario Ticona Pari" in listed
    assert "Hilario Ticona Pari" in shown


def test_nobody_marks_her_own_attempt() -> None:
    scene = make_scene()
    attempt = scene.hand_in(EnrolmentFactory(release=scene.cast.release, learner=scene.trainer))
    address = url("marking_answer", scene.item(attempt).pk)
    assert client_of(scene.trainer).get(address).status_code == 404
    assert client_of(scene.trainer).post(address, FULL | {"do": "mark"}).status_code == 404
    assert address not in body(
        scene.trainer, url("marking_question", scene.quiz_key, scene.version.pk)
    )
    assert client_of(scene.other).get(address).status_code == 200


def test_queue_counts_what_waits_for_this_marker() -> None:
    scene = make_scene(needs_second_marker=True)
    attempts = [scene.hand_in(scene.learner()) for _number in range(3)]
    scene.mark(attempts[0], "excelente", "excelente")
    scene.mark(attempts[1], "excelente", "excelente")
    scene.mark(attempts[1], "falta", "falta", by=scene.other)

    def waiting(user: User) -> list[tuple[int, int]]:
        queue = client_of(user).get(url("marking_queue")).context["queue"]
        return [(one.to_mark, one.to_settle) for quiz in queue.quizzes for one in quiz.questions]

    assert waiting(scene.trainer) == [(1, 1)]
    assert waiting(scene.other) == [(2, 1)]
    assert waiting(scene.cast.administrator) == [(2, 1)]


@pytest.mark.parametrize(
    "name", ["marking_queue", "marking_question", "marking_questions", "marking_answer", "regrade"]
)
def test_pages_ask_the_same_number_of_queries_whatever_waits(name: str) -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    address = {
        "marking_queue": url("marking_queue"),
        "marking_question": url("marking_question", scene.quiz_key, scene.version.pk),
        "marking_questions": url("marking_questions", scene.quiz_key),
        "marking_answer": url("marking_answer", scene.item(attempt).pk),
        "regrade": url("regrade", scene.quiz_key, scene.choice.pk),
    }[name]

    def queries() -> int:
        client = client_of(scene.trainer)
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200
        return len(found)

    first = queries()
    for _number in range(2):
        scene.hand_in(scene.learner())
    assert queries() == first


def test_marking_goes_on_to_the_next_answer_and_ends_at_the_list() -> None:
    scene = make_scene()
    items = [scene.item(scene.hand_in(scene.learner())) for _number in range(3)]
    client = client_of(scene.trainer)
    targets = []
    for item in (items[1], items[2], items[0]):
        answer = client.post(url("marking_answer", item.pk), FULL | {"do": "mark"})
        targets.append(answer.headers["Location"])
    assert targets == [
        url("marking_answer", items[2].pk),
        url("marking_answer", items[0].pk),
        url("marking_question", scene.quiz_key, scene.version.pk),
    ]


def test_next_and_previous_keep_what_was_typed() -> None:
    scene = make_scene()
    items = [scene.item(scene.hand_in(scene.learner())) for _number in range(2)]
    client = client_of(scene.trainer)
    first, second = (url("marking_answer", item.pk) for item in items)
    data = {"criterion-seguridad": "regular", "comment": "Casi.", "do": "next"}
    assert client.post(first, data).headers["Location"] == second
    assert client.post(second, {"do": "previous"}).headers["Location"] == first
    assert ItemMark.objects.get().levels == {"seguridad": "regular"}
    page = body(scene.trainer, first)
    assert "Casi." in page
    assert re.search(r'value="regular"[^>]*checked', page)


def test_bad_input_loses_nothing_and_says_where() -> None:
    scene = make_scene()
    item = scene.item(scene.hand_in())
    data = {"criterion-seguridad": "regular", "comment": "Lo que escribí", "do": "mark"}
    answer = client_of(scene.trainer).post(url("marking_answer", item.pk), data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Lo que escribí" in page
    assert re.search(r'value="regular"[^>]*checked', page)
    assert list(answer.context["form"].errors) == ["criterion-escucha"]
    assert scene.item(item.attempt).is_waiting


@pytest.mark.parametrize("typed", ["", "mucho", "-1", "4,5", "NaN", "1e9"])
def test_points_out_of_range_are_refused(typed: str) -> None:
    scene = make_scene(rubric=[])
    item = scene.item(scene.hand_in())
    address = url("marking_answer", item.pk)
    answer = client_of(scene.trainer).post(address, {"mark": typed, "do": "mark"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["mark"])
    good = client_of(scene.trainer).post(address, {"mark": "2,25", "do": "mark"})
    assert good.status_code == 302
    assert str(scene.item(item.attempt).mark) == "2.2500"


def test_who_comes_second_keeps_her_draft_and_is_told() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    address = url("marking_answer", scene.item(attempt).pk)
    data = {"criterion-seguridad": "falta", "comment": "Mi comentario", "do": "mark"}
    client = client_of(scene.other)
    answer = client.post(address, data, follow=True)
    draft = ItemMark.objects.get(is_draft=True)
    assert (draft.marker, draft.comment) == (scene.other, "Mi comentario")
    assert [str(message.level_tag) for message in answer.context["messages"]] == ["warning", "info"]
    assert scene.item(attempt).mark == 4


def test_script_saves_drafts_and_hears_of_an_ended_session() -> None:
    scene = make_scene()
    address = url("marking_answer", scene.item(scene.hand_in()).pk)
    data = {"comment": "Borrador", "do": "draft"}
    kept = client_of(scene.trainer).post(address, data, headers={"accept": "application/json"})
    assert (kept.status_code, ItemMark.objects.get().comment) == (200, "Borrador")
    ended = client_of(None).post(address, data, headers={"accept": "application/json"})
    assert ended.status_code == 401


def test_where_two_mark_only_the_lead_changes_their_mark() -> None:
    scene = make_scene(needs_second_marker=True)
    attempt = scene.hand_in()
    scene.mark(attempt, "excelente", "excelente")
    scene.mark(attempt, "excelente", "excelente", by=scene.other)
    address = url("marking_change", scene.item(attempt).pk)
    statuses = {
        user: client_of(user).get(address).status_code for user in (scene.other, scene.lead)
    }
    assert statuses == {scene.other: 403, scene.lead: 200}


def test_change_needs_its_reason_and_shows_the_history() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "falta", "falta")
    address = url("marking_change", scene.item(attempt).pk)
    client = client_of(scene.other)
    seen = client.get(address).context["form"].initial["seen"]
    refused = client.post(address, FULL | {"do": "mark", "seen": seen})
    assert list(refused.context["form"].errors) == ["reason"]
    done = client.post(address, FULL | {"do": "mark", "seen": seen, "reason": "Era <b>buena</b>"})
    assert done.headers["Location"] == url("marking_answer", scene.item(attempt).pk)
    page = body(scene.trainer, done.headers["Location"])
    assert "Era &lt;b&gt;buena&lt;/b&gt;" in page
    assert len(client.get(done.headers["Location"]).context["answer"].history) == 2


def test_learner_s_words_are_text_and_no_markup() -> None:
    scene = make_scene()
    attempt = scene.hand_in(text="<script>alert(1)</script>")
    page = body(scene.trainer, url("marking_answer", scene.item(attempt).pk))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_answer_under_way_cannot_be_seen() -> None:
    scene = make_scene()
    attempt = scene.begin(scene.cast.enrolment, "a", "a")
    item = AttemptItem.objects.get(attempt=attempt, question_version=scene.version)
    assert client_of(scene.trainer).get(url("marking_answer", item.pk)).status_code == 404


def test_answered_objection_leaves_the_queue() -> None:
    scene = make_scene()
    attempt = scene.hand_in()
    scene.mark(attempt, "falta", "falta")
    appeal = open_appeal(
        attempt=attempt, text="No estoy de acuerdo.", acting_user=scene.cast.learner, now=NOW
    )
    address = url("marking_appeal", appeal.pk)
    assert address in body(scene.trainer, url("marking_queue"))
    answer_appeal(
        appeal=appeal,
        state=AppealState.DISMISSED,
        answer="Lo leímos otra vez.",
        acting_user=scene.trainer,
        now=LATER,
    )
    assert address not in body(scene.trainer, url("marking_queue"))
