"""The trainer's pages of practices and approvals, and the learner's page of a practice."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.learning.enums import EnrolmentState
from lms.learning.models import Approval, Enrolment, PracticeObservation
from lms.learning.practice.services import approve_learners
from tests.factories import EnrolmentFactory, UserFactory, make_course
from tests.factories.practice import add_practice_page, blend, promised_practice
from tests.learning.cast import NOW, client_of, go_through, make_cast, path_of
from tests.learning.practice.people import Room, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return make_room(needs_approval=True)


def address(room: Room, name: str) -> str:
    cohort, item = room.cohort.pk, room.item.key
    return {
        "cohort_practice": lambda: reverse("cohort_practice", args=[cohort]),
        "practice_people": lambda: reverse("practice_people", args=[cohort, item]),
        "observe_practice": lambda: reverse(
            "observe_practice", args=[cohort, item, room.enrolment.pk]
        ),
        "take_practice_back": lambda: reverse("take_practice_back", args=[cohort, room.sign().pk]),
        "cohort_approval": lambda: reverse("cohort_approval", args=[cohort]),
        "undo_approval": lambda: reverse("undo_approval", args=[cohort, room.enrolment.pk]),
    }[name]()


def sheet(room: Room, *not_met: int, **more: Any) -> dict[str, Any]:
    """Return the posted checklist."""
    lines = {f"line-{key}": str(result) for key, result in room.results(*not_met).items()}
    return {"form_key": str(uuid4()), "remarks": "", **lines, **more}


def member(room: Room, name: str) -> Enrolment:
    learner = UserFactory(full_name=name)
    found: Enrolment = EnrolmentFactory(
        release=room.cohort.release, cohort=room.cohort, learner=learner
    )
    return found


@pytest.mark.parametrize(
    "name",
    [
        "cohort_practice",
        "practice_people",
        "observe_practice",
        "take_practice_back",
        "cohort_approval",
        "undo_approval",
    ],
)
def test_pages_are_for_the_staff_of_the_course(room: Room, name: str) -> None:
    ok = 302 if name == "cohort_practice" else 200  # the only practice is shown at once

    assert room.cast.statuses(address(room, name)) == {
        "learner": 404,
        "trainer": ok,
        "coordinator": 404,
        "administrator": ok,
        "stranger": 404,
        "nobody": 302,
    }


@pytest.mark.parametrize("name", ["observe_practice", "take_practice_back", "cohort_approval"])
def test_nobody_but_the_staff_can_send(room: Room, name: str) -> None:
    url = address(room, name)
    before = PracticeObservation.objects.filter(taken_back_at=None).count()

    found = room.cast.statuses(url, method="post", enrolments=room.enrolment.pk, reason="x")

    assert {found[one] for one in ("learner", "coordinator", "stranger")} == {404}
    assert found["nobody"] == 401
    assert PracticeObservation.objects.filter(taken_back_at=None).count() <= before


def test_trainer_signs_and_goes_on_to_whoever_is_next(room: Room) -> None:
    Enrolment.objects.filter(pk=room.enrolment.pk).update(learner=UserFactory(full_name="Mila"))
    passed, following, first = (member(room, name) for name in ("Nora", "Olga", "Berta"))
    member_of_staff = EnrolmentFactory(
        release=room.cohort.release, cohort=room.cohort, learner=room.cast.trainer
    )
    room.sign(enrolment=passed)
    client = client_of(room.cast.trainer)

    def next_after(enrolment: Enrolment) -> str:
        url = reverse("observe_practice", args=[room.cohort.pk, room.item.key, enrolment.pk])
        return str(client.post(url, sheet(room, 0, next="yes")).url)

    def sheet_of(enrolment: Enrolment) -> str:
        return reverse("observe_practice", args=[room.cohort.pk, room.item.key, enrolment.pk])

    assert next_after(room.enrolment) == sheet_of(following)
    assert next_after(following) == sheet_of(first)
    for enrolment in (room.enrolment, following):
        room.sign(enrolment=enrolment)
    assert next_after(first) == address(room, "practice_people")
    assert not member_of_staff.practice_observations.exists()


def test_same_form_sent_twice_signs_once_and_says_the_same(room: Room) -> None:
    client, data = client_of(room.cast.trainer), sheet(room, stay="yes")

    first = client.post(address(room, "observe_practice"), data)
    second = client.post(address(room, "observe_practice"), data)

    assert PracticeObservation.objects.count() == 1
    assert first.url == second.url == address(room, "practice_people")


def test_line_that_is_not_marked_is_named_and_nothing_is_lost(room: Room) -> None:
    data = sheet(room, remarks="Saluda con calma")
    key = room.item.criteria[1].key
    del data[f"line-{key}"]

    answer = client_of(room.cast.trainer).post(address(room, "observe_practice"), data)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#id_line-{key}"' in page
    assert "Saluda con calma" in page
    assert data["form_key"] in page
    assert page.count("checked") == 2
    assert not PracticeObservation.objects.exists()


def test_result_that_does_not_exist_is_refused(room: Room) -> None:
    data = sheet(room)
    data[f"line-{room.item.criteria[0].key}"] = "passed"

    answer = client_of(room.cast.trainer).post(address(room, "observe_practice"), data)

    assert (answer.status_code, PracticeObservation.objects.count()) == (400, 0)


def test_remarks_that_look_like_a_real_case_are_not_kept_before_they_are_checked(
    room: Room,
) -> None:
    client, url = client_of(room.cast.trainer), address(room, "observe_practice")
    data = sheet(room, remarks="Como el DNI 45678912 de la carpeta")

    warned = client.post(url, data)
    assert warned.status_code == 400
    assert "<mark>45678912</mark>" in warned.content.decode()
    assert not PracticeObservation.objects.exists()

    client.post(url, {**data, "checked": "yes"})
    assert PracticeObservation.objects.get().remarks.startswith("Como el DNI")


def test_trainer_who_learns_finds_no_form_for_herself(room: Room) -> None:
    own = EnrolmentFactory(
        release=room.cohort.release, cohort=room.cohort, learner=room.cast.trainer
    )
    client = client_of(room.cast.trainer)
    url = reverse("observe_practice", args=[room.cohort.pk, room.item.key, own.pk])

    assert client.get(url).status_code == client.post(url, sheet(room)).status_code == 403
    assert url not in client.get(address(room, "practice_people")).content.decode()
    page = client.get(address(room, "cohort_approval")).content.decode()
    assert f'value="{own.pk}"' not in page
    client.post(address(room, "cohort_approval"), {"enrolments": [own.pk], "remark": ""})
    assert not Approval.objects.exists()


def test_list_shows_who_passed_and_filters_who_still_needs_it(room: Room) -> None:
    seen, passed = member(room, "Berta"), member(room, "Nora")
    room.sign(0, enrolment=seen)
    room.sign(enrolment=passed)
    client = client_of(room.cast.trainer)

    everybody = client.get(address(room, "practice_people"))
    still = client.get(address(room, "practice_people"), {"shown": "open"})

    standings = {person.pk: str(person.standing) for person in everybody.context["people"]}
    assert standings == {room.enrolment.pk: "not_yet", seen.pk: "seen", passed.pk: "passed"}
    assert {person.pk for person in still.context["people"]} == {room.enrolment.pk, seen.pk}


def test_taking_back_asks_for_a_reason(room: Room) -> None:
    url = address(room, "take_practice_back")
    client = client_of(room.cast.trainer)

    assert client.post(url, {"reason": ""}).status_code == 400
    assert client.post(url, {"reason": "Era otra"}).url == address(room, "observe_practice")
    assert PracticeObservation.objects.get().taken_back_reason == "Era otra"
    assert "Era otra" in client.get(address(room, "observe_practice")).content.decode()


def test_trainer_approves_those_who_are_ticked_and_only_of_this_cohort(room: Room) -> None:
    other = make_room_of_another_course()
    room.sign()
    client, url = client_of(room.cast.trainer), address(room, "cohort_approval")
    people = [room.enrolment.pk, other.enrolment.pk, 999999]

    client.post(url, {"enrolments": people, "remark": "Muy bien"})

    assert [row.enrolment_id for row in Approval.objects.all()] == [room.enrolment.pk]
    assert room.enrolment.state == EnrolmentState.COMPLETED


def make_room_of_another_course() -> Room:
    made = make_course(slug="otro-curso", lessons=0, questions=0)
    page = add_practice_page(made)
    cast = make_cast(made)
    blend(cast.release, promised_practice(page), needs_approval=True)
    return Room(cast, None, page)


def test_approvals_say_what_else_is_missing(room: Room) -> None:
    page = client_of(room.cast.trainer).get(address(room, "cohort_approval"))

    assert page.context["people"][0].missing == ("1 práctica con docente",)
    room.sign()
    page = client_of(room.cast.trainer).get(address(room, "cohort_approval"))
    assert page.context["people"][0].missing == ()


def test_approval_is_taken_back_after_a_question(room: Room) -> None:
    approve_learners(enrolments=[room.enrolment], remark="", acting_user=room.cast.trainer, now=NOW)
    client, url = client_of(room.cast.trainer), address(room, "undo_approval")

    client.get(url)
    assert Approval.objects.exists()
    client.post(url)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("name", ["practice_people", "cohort_approval"])
def test_lists_take_the_same_queries_for_one_and_three(room: Room, name: str) -> None:
    url, client = address(room, name), client_of(room.cast.trainer)
    client.get(url)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        return len(found)

    one = queries()
    for person in ("Berta", "Nora"):
        enrolment = member(room, person)
        room.sign(0, enrolment=enrolment)
        approve_learners(enrolments=[enrolment], remark="", acting_user=room.cast.trainer, now=NOW)
    assert queries() == one


def test_learner_reads_the_checklist_before_and_what_was_signed_after(room: Room) -> None:
    client, url = client_of(room.cast.learner), path_of(room.page)

    before = client.get(url).content.decode()
    for criterion in room.item.criteria:
        assert criterion.text in before
    assert "<form" not in before.split("<main")[1].split("</main>")[0]

    room.sign(0, remarks="Preséntese primero.<script>alert(1)</script>")
    after = client.get(url).content.decode()
    assert "Preséntese primero.&lt;script&gt;" in after
    assert "<script>alert" not in after
    assert room.cast.trainer.get_display_name() in after


def test_practice_is_guarded_as_every_item(room: Room) -> None:
    assert room.cast.statuses(path_of(room.page)) == {
        "learner": 200,
        "trainer": 200,
        "coordinator": 403,
        "administrator": 200,
        "stranger": 403,
        "nobody": 403,
    }
    page = client_of(room.cast.trainer).get(path_of(room.page)).content.decode()
    assert address(room, "practice_people") in page


def test_locked_practice_that_was_signed_early_is_read_all_the_same() -> None:
    room = make_room(lessons=1)
    promise = room.cast.release.typed_promise.to_json()
    lesson = room.cast.made.lessons[0].translation_key
    promise["modules"][0]["items"][-1]["requires"] = [str(lesson)]
    type(room.cast.release).objects.update(promise=promise)
    client = client_of(room.cast.learner)

    assert client.get(path_of(room.page)).status_code == 403
    sheet_page = client_of(room.cast.trainer).get(address(room, "observe_practice"))
    assert sheet_page.context["not_done_before"] == ["Lección 1"]
    room.sign(0)
    assert client.get(path_of(room.page)).status_code == 200
    go_through(room.enrolment, lesson)
    assert client.get(path_of(room.page)).status_code == 200
