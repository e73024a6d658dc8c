"""Who is stuck, and who waits for the trainers: the rule, case by case."""

from datetime import date, timedelta
from typing import Any

import pytest

from courses.models import Quiz
from lms.desks.following.enums import ItemState, StuckBy, WaitsFor
from lms.desks.following.queries import person_of, stuck_by_cohort
from lms.desks.following.standings import Followed
from lms.learning.activity import last_activity
from lms.learning.enums import AttemptState, AttendanceState, AttendanceWay, SessionPlace
from lms.learning.models import (
    Approval,
    Attendance,
    Cohort,
    CourseSession,
    Enrolment,
    Exemption,
    PracticeObservation,
)
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.following import (
    NOON,
    Group,
    ask_for_more,
    at_noon,
    attempt_at,
    make_group,
    read,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def group() -> Group:
    """Two lessons and a quiz; stuck after seven days or two failures."""
    return make_group(release_course_for_tests(make_course(lessons=2)))


def followed(enrolment: Enrolment) -> Followed:
    row = Enrolment.objects.get(pk=enrolment.pk)
    cohort = Cohort.objects.select_related("release").get(pk=row.cohort_id)
    return person_of(row, cohort, now=NOON)


def stuck_numbers(group: Group) -> dict[int, int]:
    cohort = Cohort.objects.select_related("release").get(pk=group.cohort.pk)
    return stuck_by_cohort([cohort], now=NOON)


@pytest.mark.parametrize(("days", "is_stuck"), [(6, False), (7, True)])
def test_quiet_learner_is_stuck_after_the_days_of_the_rule(
    group: Group, days: int, is_stuck: bool
) -> None:
    enrolment = group.join()
    read(enrolment, group.keys[0], days_ago=days)

    one = followed(enrolment)

    assert (one.stuck is not None) is is_stuck
    if one.stuck is not None:
        assert (one.stuck.by, one.stuck.since, one.stuck.days) == (
            StuckBy.IDLE,
            date(2026, 11, 17),
            7,
        )


def test_desk_counts_the_same_people_as_the_rule(group: Group) -> None:
    quiet, busy, failed = group.join(), group.join(), group.join()
    read(quiet, group.keys[0], days_ago=9)
    read(busy, group.keys[0], days_ago=1)
    for _again in range(2):
        attempt_at(failed, group.keys[2], days_ago=1)
    waiting = group.join()
    attempt_at(waiting, group.keys[2], days_ago=9, state=AttemptState.SUBMITTED)

    assert stuck_numbers(group) == {group.cohort.pk: 2}
    assert [bool(followed(one).stuck) for one in (quiet, busy, failed, waiting)] == [
        True,
        False,
        True,
        False,
    ]


def test_whoever_never_began_is_stuck_from_the_day_she_could(group: Group) -> None:
    early, late = group.join(days_ago=40), group.join(days_ago=3)

    assert followed(early).stuck is not None
    assert followed(early).stuck.since == date(2026, 11, 1)
    assert followed(late).stuck is None
    assert not followed(early).is_started


def test_failures_count_at_one_quiz_until_it_is_passed(group: Group) -> None:
    enrolment = group.join()
    read(enrolment, group.keys[0], days_ago=1)
    attempt_at(enrolment, group.keys[2], days_ago=2)
    assert followed(enrolment).stuck is None
    attempt_at(enrolment, group.keys[2], days_ago=1)

    one = followed(enrolment)

    assert one.stuck is not None
    assert (one.stuck.by, one.stuck.failures, one.stuck.quiz, one.stuck.since) == (
        StuckBy.FAILURES,
        2,
        "Prueba",
        date(2026, 11, 23),
    )
    attempt_at(enrolment, group.keys[2], is_passed=True)
    assert followed(enrolment).stuck is None


def test_whoever_waits_for_a_mark_is_not_stuck(group: Group) -> None:
    enrolment = group.join()
    attempt_at(enrolment, group.keys[2], days_ago=15, state=AttemptState.SUBMITTED)

    one = followed(enrolment)

    assert (one.stuck, one.waits_for) == (None, (WaitsFor.RESULT,))


@pytest.mark.parametrize(
    "ended",
    [
        {"state": "withdrawn", "withdrawn_at": NOON},
        {"state": "expired"},
        {"state": "completed", "completed_at": NOON},
        {"due_date": date(2026, 11, 23)},
    ],
)
def test_nobody_is_stuck_after_the_end(group: Group, ended: dict[str, Any]) -> None:
    enrolment = group.join(days_ago=40, **ended)

    one = followed(enrolment)

    assert (one.stuck, one.waits_for) == (None, ())


def test_nobody_is_stuck_before_the_cohort_begins(group: Group) -> None:
    enrolment = group.join(days_ago=40)
    Cohort.objects.update(starts_date=NOON.date() + DAY)

    assert followed(enrolment).stuck is None
    assert stuck_numbers(group) == {}


def test_own_deadline_keeps_somebody_followed_after_the_cohort(group: Group) -> None:
    enrolment = group.join(days_ago=40, due_date=date(2026, 12, 24))
    Cohort.objects.update(ends_date=NOON.date() - DAY)

    assert followed(enrolment).stuck is not None


def test_quiz_that_opens_later_is_waited_for(group: Group) -> None:
    enrolment = group.join()
    read(enrolment, group.keys[0], days_ago=9)
    read(enrolment, group.keys[1], days_ago=9)
    assert followed(enrolment).stuck is not None

    Quiz.objects.update(opens_at=NOON + DAY)

    assert followed(enrolment).waits_for == (WaitsFor.OPENING,)
    assert followed(enrolment).stuck is None


def test_practice_session_and_approval_are_waited_for_one_after_the_other(group: Group) -> None:
    practice = ask_for_more(group.release)
    enrolment, trainer = group.join(), UserFactory()
    for key in group.keys[:2]:
        read(enrolment, key, days_ago=9)
    attempt_at(enrolment, group.keys[2], days_ago=9, is_passed=True)
    session = CourseSession.objects.create(
        cohort=group.cohort,
        title="Taller",
        place=SessionPlace.ROOM,
        room="Aula 1",
        starts_at=at_noon(2),
        ends_at=at_noon(2) + timedelta(hours=2),
        changed_at=NOON,
    )
    assert followed(enrolment).waits_for == (WaitsFor.PRACTICE, WaitsFor.SESSION)

    PracticeObservation.objects.create(
        enrolment=enrolment,
        item_key=practice.key,
        number=1,
        results={},
        is_passed=True,
        observed_at=NOON,
        observed_by=trainer,
    )
    assert followed(enrolment).waits_for == (WaitsFor.SESSION, WaitsFor.APPROVAL)

    Attendance.objects.create(
        session=session,
        enrolment=enrolment,
        state=AttendanceState.PRESENT,
        way=AttendanceWay.LIST,
        noted_at=NOON,
    )
    assert followed(enrolment).waits_for == (WaitsFor.APPROVAL,)

    Approval.objects.create(enrolment=enrolment, approved_at=NOON, approved_by=trainer)
    assert followed(enrolment).waits_for == ()


def test_each_item_stands_as_it_stands(group: Group) -> None:
    first, second, quiz = group.keys
    enrolment = group.join()
    assert followed(enrolment).states == (ItemState.TODO,) * 3

    read(enrolment, first, days_ago=2)
    read(enrolment, second, days_ago=1, is_done=False)
    attempt_at(enrolment, quiz)
    assert followed(enrolment).states == (ItemState.DONE, ItemState.OPENED, ItemState.FAILED)

    attempt_at(enrolment, quiz, state=AttemptState.IN_PROGRESS)
    assert followed(enrolment).states[2] == ItemState.OPENED
    attempt_at(enrolment, quiz, state=AttemptState.SUBMITTED)
    assert followed(enrolment).states[2] == ItemState.WAITING
    Exemption.objects.create(enrolment=enrolment, item_key=quiz, reason="Sí.", granted_at=NOON)
    assert followed(enrolment).states[2] == ItemState.EXEMPT
    assert followed(enrolment).done == 2


def test_last_activity_is_the_last_thing_done_and_no_login(group: Group) -> None:
    enrolment, nobody = group.join(), group.join()
    read(enrolment, group.keys[0], days_ago=5)
    attempt_at(enrolment, group.keys[2], days_ago=3)
    enrolment.learner.last_login = NOON
    enrolment.learner.save()

    found = last_activity(Enrolment.objects.filter(cohort=group.cohort))

    assert found == {enrolment.pk: at_noon(3)}
    assert nobody.pk not in found
