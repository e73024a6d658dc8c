from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from lms.core.models import AuditEvent
from lms.learning.enums import EnrolmentState, LessonWay
from lms.learning.models import Attempt, Enrolment, LessonProgress
from lms.learning.progress import progress_in
from lms.learning.services import (
    EnrolmentRefused,
    LessonRefused,
    complete_if_done,
    enrol_learner,
    finish_lesson,
    open_lesson,
    withdraw,
)
from lms.learning.signals import course_completed
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.courses import MadeCourse
from tests.learning.cast import NOW, go_through

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def join(made: MadeCourse, **changes: Any) -> Enrolment:
    learner = changes.pop("learner", None) or UserFactory()
    return enrol_learner(
        learner=learner,
        course_key=made.course.translation_key,
        acting_user=changes.pop("acting_user", learner),
        now=NOW,
    )


@pytest.fixture
def heard() -> Any:
    """What the signal said, with nobody else listening."""
    calls: list[Enrolment] = []

    def listen(sender: object, *, enrolment: Enrolment, **_rest: Any) -> None:
        calls.append(enrolment)

    receivers, course_completed.receivers = course_completed.receivers, []
    course_completed.connect(listen)
    yield calls
    course_completed.receivers = receivers
    course_completed.sender_receivers_cache.clear()


def lesson_keys(made: MadeCourse) -> list[UUID]:
    return [lesson.translation_key for lesson in made.lessons]


def test_enrol_learner_binds_the_newest_release_and_leaves_a_trace() -> None:
    made = make_course()
    release_course_for_tests(made)
    newest = release_course_for_tests(made)

    enrolment = join(made)

    assert (enrolment.release, enrolment.state, enrolment.enrolled_at) == (
        newest,
        EnrolmentState.ACTIVE,
        NOW,
    )
    assert actions() == ["enrolment_created"]


def test_enrol_learner_twice_makes_one_enrolment() -> None:
    made = make_course()
    release_course_for_tests(made)
    first = join(made)

    assert join(made, learner=first.learner) == first
    assert Enrolment.objects.count() == 1
    assert actions() == ["enrolment_created"]


def test_enrolment_is_unique_while_active_in_the_database() -> None:
    enrolment = EnrolmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentFactory(learner=enrolment.learner, release=enrolment.release)


def test_enrol_learner_refuses_a_course_without_release() -> None:
    with pytest.raises(EnrolmentRefused):
        join(make_course())


def test_enrol_learner_refuses_a_course_that_is_not_live() -> None:
    made = make_course(live=False)
    release_course_for_tests(made)

    with pytest.raises(EnrolmentRefused):
        join(made)


def test_enrol_learner_refuses_whoever_comes_alone_to_a_closed_course() -> None:
    made = make_course(is_enrolment_open=False)
    release_course_for_tests(made)
    trainer = UserFactory()

    with pytest.raises(EnrolmentRefused):
        join(made)
    assert join(made, acting_user=trainer).state == EnrolmentState.ACTIVE


def test_enrol_learner_begins_anew_after_withdrawing_and_keeps_the_old_record() -> None:
    made = make_course()
    release_course_for_tests(made)
    first = join(made)
    withdraw(enrolment=first, acting_user=first.learner, now=NOW, reason="Otro puesto")
    withdraw(enrolment=first, acting_user=first.learner, now=NOW)

    second = join(made, learner=first.learner)

    assert second != first
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"withdrawn", "active"}
    assert actions() == ["enrolment_created", "enrolment_withdrawn", "enrolment_created"]


def test_withdraw_refuses_a_completed_enrolment() -> None:
    enrolment = EnrolmentFactory(state=EnrolmentState.COMPLETED, completed_at=NOW)

    with pytest.raises(EnrolmentRefused):
        withdraw(enrolment=enrolment, acting_user=enrolment.learner, now=NOW)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_enrol_learner_at_once_from_two_telephones_makes_one_enrolment() -> None:
    made = make_course()
    release_course_for_tests(made)
    learner = UserFactory()
    gate = Barrier(2)
    found: list[int] = []

    def press() -> None:
        gate.wait()
        try:
            found.append(join(made, learner=learner).pk)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert list(Enrolment.objects.values_list("pk", flat=True)) == [found[0]]
    assert found[0] == found[1]


def test_open_lesson_notes_it_once_and_where_the_learner_is() -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    key = lesson_keys(made)[1]

    for _ in range(2):
        open_lesson(enrolment=enrolment, lesson_key=key, progress=progress_in(enrolment), now=NOW)

    enrolment.refresh_from_db()
    assert enrolment.current_item_key == key
    assert LessonProgress.objects.get().opened_at == NOW


def test_open_lesson_again_after_finishing_it_does_not_move_the_learner_back() -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    first, second = lesson_keys(made)
    go_through(enrolment, first)
    enrolment.refresh_from_db()

    open_lesson(enrolment=enrolment, lesson_key=first, progress=progress_in(enrolment), now=NOW)

    enrolment.refresh_from_db()
    assert enrolment.current_item_key == second


@pytest.mark.parametrize("way", [LessonWay.FULL, LessonWay.BRIEF])
def test_finish_lesson_counts_the_same_by_both_ways(way: LessonWay) -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    key = lesson_keys(made)[0]

    go_through(enrolment, key, way=way)

    assert progress_in(enrolment).done == {key}
    assert LessonProgress.objects.get().way == way


def test_finish_lesson_twice_keeps_the_first_date() -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    key = lesson_keys(made)[0]
    go_through(enrolment, key)

    again = finish_lesson(
        enrolment=enrolment, lesson_key=key, way=LessonWay.BRIEF, now=NOW + timedelta(days=1)
    )

    assert (again.completed_at, again.way) == (NOW, LessonWay.FULL)
    assert actions() == ["lesson_finished"]


def test_finish_lesson_refuses_one_that_was_never_opened() -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))

    with pytest.raises(LessonRefused):
        finish_lesson(
            enrolment=enrolment, lesson_key=lesson_keys(made)[0], way=LessonWay.FULL, now=NOW
        )

    assert (LessonProgress.objects.count(), actions()) == (0, [])


def test_finish_lesson_refuses_what_the_release_never_promised() -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    assert made.quiz_page is not None

    for key in (uuid4(), made.quiz_page.translation_key):
        with pytest.raises(LessonRefused):
            finish_lesson(enrolment=enrolment, lesson_key=key, way=LessonWay.FULL, now=NOW)
    assert LessonProgress.objects.count() == 0


def test_finish_lesson_refuses_while_something_else_must_be_done_first() -> None:
    made = make_course()
    release = release_course_for_tests(made)
    first, second = lesson_keys(made)
    promise = release.promise
    promise["modules"][0]["items"][1]["requires"] = [str(first)]
    release.promise = promise
    release.save()
    enrolment = EnrolmentFactory(release=release)

    with pytest.raises(LessonRefused):
        go_through(enrolment, second)
    go_through(enrolment, first)
    go_through(enrolment, second)

    assert progress_in(enrolment).done == {first, second}


def test_finish_lesson_refuses_an_enrolment_that_has_ended() -> None:
    made = make_course()
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    withdraw(enrolment=enrolment, acting_user=enrolment.learner, now=NOW)

    with pytest.raises(LessonRefused):
        finish_lesson(
            enrolment=enrolment, lesson_key=lesson_keys(made)[0], way=LessonWay.FULL, now=NOW
        )


def test_finish_lesson_of_the_last_item_completes_the_course_once(heard: list[Enrolment]) -> None:
    made = make_course(questions=0)
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    for key in lesson_keys(made):
        go_through(enrolment, key)

    again = complete_if_done(enrolment=enrolment, now=NOW)

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.completed_at) == (EnrolmentState.COMPLETED, NOW)
    assert (heard, again) == ([enrolment], False)


def test_complete_if_done_waits_for_the_quiz(heard: list[Enrolment]) -> None:
    made = make_course()
    assert made.quiz_page is not None
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    for key in lesson_keys(made):
        go_through(enrolment, key)
    values = {"enrolment": enrolment, "rule": {}, "started_at": NOW, "submitted_at": NOW}
    quiz_key = made.quiz_page.translation_key
    Attempt.objects.create(
        quiz_key=quiz_key, number=1, state="marked", score=10, is_passed=False, **values
    )

    assert complete_if_done(enrolment=enrolment, now=NOW) is False

    Attempt.objects.create(
        quiz_key=quiz_key, number=2, state="marked", score=90, is_passed=True, counts=True, **values
    )
    assert complete_if_done(enrolment=enrolment, now=NOW) is True
    assert (heard, enrolment.state) == ([enrolment], EnrolmentState.COMPLETED)


def test_complete_if_done_undoes_everything_when_a_listener_fails(heard: list[Enrolment]) -> None:
    made = make_course(questions=0, lessons=1)
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))

    def fail(sender: object, **_rest: Any) -> None:
        raise RuntimeError("broken")

    course_completed.connect(fail)
    with pytest.raises(RuntimeError):
        go_through(enrolment, lesson_keys(made)[0])

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.ACTIVE
    assert progress_in(enrolment).done == frozenset()
