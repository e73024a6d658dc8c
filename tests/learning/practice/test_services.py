"""Signing a practice, taking it back, approving, and what each does to the course."""

from typing import Any
from uuid import uuid4

import pytest

from courses.promises import CoursePromise
from lms.core.models import AuditEvent
from lms.learning.enums import CriterionResult, EnrolmentState, NoticeKind
from lms.learning.models import Approval, Enrolment, Notice, PracticeObservation
from lms.learning.practice.services import (
    PracticeRefused,
    approve_learners,
    sign_practice,
    signing,
    take_practice_back,
    undo_approval,
)
from lms.learning.progress import progress_in
from tests.factories import EnrolmentFactory, UserFactory
from tests.learning.cast import NOW
from tests.learning.practice.people import Room, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    return make_room(needs_approval=True)


def approve(room: Room, **changes: Any) -> int:
    values = {
        "enrolments": [room.enrolment],
        "remark": "",
        "acting_user": room.cast.trainer,
        "now": NOW,
    }
    return approve_learners(**{**values, **changes})


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(("not_met", "is_passed"), [((), True), ((2,), True), ((0,), False)])
def test_server_decides_by_the_checklist_whether_it_is_passed(
    room: Room, not_met: tuple[int, ...], is_passed: bool
) -> None:
    observation = room.sign(*not_met, remarks="Bien.")

    assert (observation.number, observation.is_passed) == (1, is_passed)
    assert (room.item.key in progress_in(room.enrolment).done) is is_passed
    assert observation.results == {str(k): str(v) for k, v in room.results(*not_met).items()}
    assert actions() == ["practice_signed"]
    notice = Notice.objects.get()
    assert (notice.kind, notice.quiz_key) == (NoticeKind.PRACTICE_SIGNED, room.item.key)
    assert notice.path == "/cursos/curso-practico/modulo-1/practica-1/"


def test_enough_lines_without_an_essential_one_do_not_pass(room: Room) -> None:
    not_seen = {**room.results(), room.item.criteria[1].key: CriterionResult.NOT_SEEN}

    assert not room.sign(results=not_seen).is_passed


def test_same_form_signs_once_and_another_form_signs_again(room: Room) -> None:
    form_key = uuid4()
    first = room.sign(0, form_key=form_key)

    again = room.sign(form_key=form_key)
    second = room.sign()

    assert (again.pk, again.is_passed) == (first.pk, False)
    assert (second.number, PracticeObservation.objects.count()) == (2, 2)
    assert Notice.objects.count() == 2


def test_form_of_one_learner_signs_nothing_for_another(room: Room) -> None:
    form_key = uuid4()
    room.sign(form_key=form_key)
    other = EnrolmentFactory(release=room.cohort.release, cohort=room.cohort)

    with pytest.raises(PracticeRefused):
        room.sign(form_key=form_key, enrolment=other)
    assert not other.practice_observations.exists()


def test_number_that_somebody_else_took_is_taken_anew(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database has no locks on rows, its constraint keeps two trainers apart."""
    room.sign(acting_user=UserFactory())
    stale = [1]
    genuine = signing._next_number
    monkeypatch.setattr(signing, "_next_number", lambda row: stale.pop() if stale else genuine(row))

    assert room.sign(0).number == 2
    rows = PracticeObservation.objects.order_by("number").values_list("number", "is_passed")
    assert list(rows) == [(1, True), (2, False)]
    monkeypatch.setattr(signing, "_next_number", lambda row: 1)
    with pytest.raises(PracticeRefused):
        room.sign()


def test_nobody_signs_her_own_practice_nor_approves_herself(room: Room) -> None:
    own = EnrolmentFactory(
        release=room.cohort.release, cohort=room.cohort, learner=room.cast.trainer
    )

    with pytest.raises(PracticeRefused):
        room.sign(enrolment=own)
    with pytest.raises(PracticeRefused):
        approve(room, enrolments=[room.enrolment, own])
    with pytest.raises(PracticeRefused):
        take_practice_back(
            observation=room.sign(enrolment=own, acting_user=room.cast.administrator),
            reason="No",
            acting_user=room.cast.trainer,
            now=NOW,
        )
    assert not Approval.objects.exists()


def test_incomplete_checklist_foreign_item_and_ended_course_are_refused(room: Room) -> None:
    with pytest.raises(PracticeRefused, match=r"no está completa|not complete"):
        room.sign(results={room.item.criteria[0].key: CriterionResult.MET})
    with pytest.raises(PracticeRefused):
        room.sign(item_key=uuid4())
    Enrolment.objects.update(state=EnrolmentState.WITHDRAWN, withdrawn_at=NOW)
    with pytest.raises(PracticeRefused):
        room.sign()
    assert not PracticeObservation.objects.exists()


def test_practice_and_approval_complete_the_course_in_either_order(room: Room) -> None:
    room.sign()
    assert room.enrolment.state == EnrolmentState.ACTIVE
    assert approve(room, remark="Buen trabajo") == 1
    assert (room.enrolment.state, room.enrolment.completed_at) == (EnrolmentState.COMPLETED, NOW)

    other = EnrolmentFactory(release=room.cohort.release, cohort=room.cohort)
    approve(room, enrolments=[other])
    assert Enrolment.objects.get(pk=other.pk).state == EnrolmentState.ACTIVE
    room.sign(enrolment=other)
    assert Enrolment.objects.get(pk=other.pk).state == EnrolmentState.COMPLETED


def test_taking_back_counts_no_more_and_takes_no_completion_back(room: Room) -> None:
    observation = room.sign()

    def take(reason: str) -> None:
        take_practice_back(
            observation=observation, reason=reason, acting_user=room.cast.trainer, now=NOW
        )

    with pytest.raises(PracticeRefused):
        take("  ")
    take("Era otra persona")
    take("otra vez")

    assert progress_in(room.enrolment).done == frozenset()
    observation.refresh_from_db()
    assert observation.taken_back_reason == "Era otra persona"
    assert actions() == ["practice_signed", "practice_taken_back"]
    assert "Era otra persona" in Notice.objects.latest("pk").words

    observation = room.sign()
    approve(room)
    take("Después")
    assert room.enrolment.state == EnrolmentState.COMPLETED


def test_approving_twice_keeps_the_first_approval(room: Room) -> None:
    approve(room, remark="Primera")

    assert approve(room, acting_user=UserFactory(), remark="Segunda") == 0
    assert Approval.objects.get().remark == "Primera"
    assert Notice.objects.get().words == "Primera"


def test_approval_is_undone_only_before_the_course_is_completed(room: Room) -> None:
    def undo() -> bool:
        return undo_approval(enrolment=room.enrolment, acting_user=room.cast.trainer, now=NOW)

    assert not undo()
    approve(room)
    assert undo()
    assert not Approval.objects.exists()
    assert actions() == ["learner_approved", "learner_approval_undone"]

    room.sign()
    approve(room)
    with pytest.raises(PracticeRefused):
        undo()
    assert Approval.objects.exists()


def test_course_that_asks_for_no_approval_takes_none() -> None:
    room = make_room()

    with pytest.raises(PracticeRefused):
        approve(room)


def test_rule_is_that_of_the_learners_own_release(room: Room) -> None:
    """A later release that asks for more changes nothing for who is bound to the earlier one."""
    release = room.cohort.release
    later = release.typed_promise.to_json()
    later["modules"][0]["items"][-1]["needed"] = 3
    assert CoursePromise.from_json(later).item(room.item.key).needed == 3
    type(release).objects.create(
        course_key=release.course_key, number=99, promise=later, is_pilot=True, created_at=NOW
    )

    assert sign_practice(
        enrolment=room.enrolment,
        item_key=room.item.key,
        results=room.results(2),
        remarks="",
        form_key=uuid4(),
        acting_user=room.cast.trainer,
        now=NOW,
    ).is_passed
