"""Who is reminded, when, how often, and that nobody is reminded twice."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.learning.enums import (
    AttemptState,
    EnrolmentState,
    NoticeKind,
    ReminderChoice,
    ReminderKind,
)
from lms.learning.models import (
    Allowance,
    Attempt,
    Cohort,
    Enrolment,
    LessonProgress,
    Notice,
    Reminder,
    ReminderSetting,
)
from lms.learning.notices import send_notices, unread_notices
from lms.learning.quiet_hours import LIMA
from lms.learning.reminders import services, tasks
from lms.learning.reminders.queries import due_reminders
from lms.learning.reminders.services import choose_reminders, send_reminders
from tests.accounts.test_mail import TOPIC
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.factories.messages import many_people
from tests.learning.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Return a moment of a day in Lima."""
    return datetime.combine(DAY + timedelta(days=days), time(hour, minute), LIMA)


NOON = at(12)


def remind(now: datetime = NOON) -> int:
    return send_reminders(clock=lambda: now)


@pytest.fixture
def cast() -> Cast:
    """A cast whose learner was enrolled a month ago and has done nothing."""
    found = make_cast()
    Enrolment.objects.filter(pk=found.enrolment.pk).update(enrolled_at=at(10, days=-30))
    return found


def active(enrolment: Enrolment, *, days_ago: int) -> UUID:
    """Let somebody have opened the first lesson, so many days ago."""
    item = next(enrolment.release.typed_promise.items())
    LessonProgress.objects.create(
        enrolment=enrolment, lesson_key=item.key, opened_at=at(10, days=-days_ago)
    )
    return item.key


def kinds() -> list[str]:
    return list(Reminder.objects.order_by("pk").values_list("kind", flat=True))


def test_task_runs_by_day_several_times_an_hour() -> None:
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    (entry,) = [one for one in entries if one["task"] == tasks.send_reminders.name]
    schedule: Any = entry["schedule"]
    assert (min(schedule.hour), max(schedule.hour), len(schedule.minute)) == (8, 18, 4)


def test_reminder_is_a_line_on_her_page_and_a_neutral_mail_in_her_language(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    cast.learner.language = "en"
    cast.learner.save()
    assert remind() == 1
    assert send_notices(clock=lambda: NOON) == 1
    (message,) = mail.outbox
    headers = " ".join(str(value) for value in message.message().values())
    assert TOPIC.findall(f"{message.subject} {message.body} {headers}") == []
    (shown,) = unread_notices(cast.learner)
    assert shown.kind == NoticeKind.REMINDER
    title = f"{cast.made.course.title} (en)"
    assert shown.detail == f"You can begin “{title}” whenever you have a moment."
    assert shown.url == f"/{cast.made.course.url_path.split('/', 2)[2]}"


@pytest.mark.parametrize(
    ("hour", "minute", "told"), [(7, 59, 0), (8, 0, 1), (18, 59, 1), (19, 0, 0), (3, 0, 0)]
)
@pytest.mark.parametrize("days", [0, 3])  # a Thursday and a Sunday
def test_nobody_is_reminded_at_night(
    cast: Cast, hour: int, minute: int, told: int, days: int
) -> None:
    assert remind(at(hour, minute, days=days)) == told
    assert Notice.objects.count() == told


def test_run_that_is_overtaken_by_the_night_stops(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    EnrolmentFactory(release=cast.release, enrolled_at=at(10, days=-9))
    monkeypatch.setattr(services, "LEARNERS_AT_ONCE", 1)
    clock = iter([at(18, 59), at(19, 0)])
    assert send_reminders(clock=lambda: next(clock)) == 1
    assert remind(at(8, days=1)) == 1
    assert Reminder.objects.values("enrolment").distinct().count() == 2


def test_two_runs_remind_once_and_a_new_reason_reminds_again(cast: Cast) -> None:
    assert [remind(), remind(), remind(at(12, days=1)), remind(at(12, days=20))] == [1, 0, 0, 0]
    active(cast.enrolment, days_ago=0)
    assert [remind(at(12, days=6)), remind(at(12, days=7)), remind(at(12, days=8))] == [0, 1, 0]
    assert kinds() == [ReminderKind.NOT_STARTED, ReminderKind.IDLE]
    assert len(unread_notices(cast.learner)) == 1  # the newer line stands for both


def test_two_workers_with_the_same_list_remind_once(cast: Cast) -> None:
    found = due_reminders(cast.learner.pk, cast.learner.pk, now=NOON)
    assert len(found) == 1
    assert remind() == 1  # the other worker is quicker
    assert services._give(found, now=NOON) == 0
    assert (Reminder.objects.count(), Notice.objects.count()) == (1, 1)


def test_who_has_left_between_the_list_and_the_giving_is_not_reminded(cast: Cast) -> None:
    found = due_reminders(cast.learner.pk, cast.learner.pk, now=NOON)
    Enrolment.objects.update(state=EnrolmentState.WITHDRAWN, withdrawn_at=NOON)
    assert services._give(found, now=NOON) == 0
    assert not Notice.objects.exists()


def test_worker_that_is_killed_in_the_middle_loses_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _one in range(2):
        EnrolmentFactory(release=cast.release, enrolled_at=at(10, days=-9))
    monkeypatch.setattr(services, "LEARNERS_AT_ONCE", 1)
    notify = services.notify_learners

    def die(**options: Any) -> Any:
        if Reminder.objects.count() == 2:
            raise SystemExit
        return notify(**options)

    monkeypatch.setattr(services, "notify_learners", die)
    with pytest.raises(SystemExit):
        remind()
    assert Reminder.objects.count() == Notice.objects.count() == 1
    monkeypatch.undo()
    assert remind() == 2
    assert Notice.objects.values("learner").distinct().count() == 3


@pytest.mark.parametrize(
    ("choice", "weekly"),
    [(ReminderChoice.USUAL, 2), (ReminderChoice.FEW, 1), (ReminderChoice.NONE, 0)],
)
def test_learner_decides_how_many_a_week(cast: Cast, choice: ReminderChoice, weekly: int) -> None:
    for _course in range(3):
        other = release_course_for_tests(make_course(slug=f"otro-{_course}"))
        EnrolmentFactory(release=other, learner=cast.learner, enrolled_at=at(10, days=-20))
    choose_reminders(learner=cast.learner, choice=choice, acting_user=cast.learner, now=NOON)
    told = [remind(at(12, days=day)) + remind(at(15, days=day)) for day in range(9)]
    assert sum(told[:7]) == weekly
    assert max(told) <= 1  # never two on one day
    assert (sum(told) > weekly) is (weekly > 0)  # the next week goes on


@pytest.mark.parametrize(
    "fields",
    [
        {"state": EnrolmentState.COMPLETED, "completed_at": NOON},
        {"state": EnrolmentState.WITHDRAWN, "withdrawn_at": NOON},
        {"state": EnrolmentState.EXPIRED},
        {"due_date": DAY - timedelta(days=1)},
    ],
)
def test_who_has_finished_or_left_is_not_reminded(cast: Cast, fields: dict[str, Any]) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(**fields)
    assert remind() == 0


@pytest.mark.parametrize(("starts", "told"), [(1, 0), (0, 0), (-2, 0), (-3, 1)])
def test_days_are_reckoned_from_the_start_of_the_cohort(cast: Cast, starts: int, told: int) -> None:
    cohort = make_cohort(cast.release)
    Cohort.objects.filter(pk=cohort.pk).update(starts_date=DAY + timedelta(days=starts))
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=cohort)
    assert remind() == told


def test_somebody_who_may_not_log_in_is_not_reminded(cast: Cast) -> None:
    cast.learner.is_active = False
    cast.learner.save()
    assert remind() == 0


def test_deadline_is_said_twice_and_again_if_it_was_moved(cast: Cast) -> None:
    active(cast.enrolment, days_ago=0)
    rows = Enrolment.objects.filter(pk=cast.enrolment.pk)
    rows.update(due_date=DAY + timedelta(days=7))
    told = [remind(at(9, days=day)) for day in range(8)]
    assert told == [1, 0, 0, 0, 0, 1, 0, 0]
    rows.update(due_date=DAY + timedelta(days=17))
    assert remind(at(9, days=10)) == 1
    assert kinds() == [ReminderKind.DEADLINE, ReminderKind.LAST_DAYS, ReminderKind.DEADLINE]


def attempt(enrolment: Enrolment, quiz_key: UUID, state: AttemptState, **fields: Any) -> Attempt:
    return Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=quiz_key,
        number=fields.pop("number", 1),
        state=state,
        rule={},
        started_at=at(9, days=-8),
        submitted_at=None if state == AttemptState.IN_PROGRESS else at(10, days=-8),
        **fields,
    )


@pytest.fixture
def at_the_quiz(cast: Cast) -> UUID:
    """Let all lessons be done, so that only the quiz is left; return its key."""
    assert cast.made.quiz_page is not None
    for lesson in cast.made.lessons:
        LessonProgress.objects.create(
            enrolment=cast.enrolment,
            lesson_key=lesson.translation_key,
            opened_at=at(9, days=-8),
            completed_at=at(9, days=-8),
        )
    key: UUID = cast.made.quiz_page.translation_key
    return key


def test_who_waits_to_be_marked_is_not_reminded(cast: Cast, at_the_quiz: UUID) -> None:
    attempt(cast.enrolment, at_the_quiz, AttemptState.SUBMITTED)
    assert remind() == 0


def test_who_has_used_up_her_attempts_is_reminded_once_she_may_go_on(
    cast: Cast, at_the_quiz: UUID
) -> None:
    items = cast.release.promise["modules"][0]["items"]
    next(one for one in items if one["key"] == str(at_the_quiz))["attempts"] = 2
    cast.release.save(update_fields=["promise"])
    for number in (1, 2):
        attempt(
            cast.enrolment,
            at_the_quiz,
            AttemptState.MARKED,
            number=number,
            score=10,
            is_passed=False,
        )
    assert remind() == 0
    Allowance.objects.create(
        enrolment=cast.enrolment,
        quiz_key=at_the_quiz,
        extra_attempts=1,
        reason="x",
        granted_at=NOON,
    )
    assert remind() == 1


def test_nine_days_without_a_save_are_idle_and_a_save_is_not(cast: Cast, at_the_quiz: UUID) -> None:
    row = attempt(cast.enrolment, at_the_quiz, AttemptState.IN_PROGRESS)
    version = cast.made.questions[0].live_version
    item = row.items.create(position=1, question_version=version, option_order=[])
    saved = item._meta.get_field("response").related_model.objects
    response = saved.create(item=item, given={}, sequence=1, saved_at=at(9, days=-1))
    assert remind() == 0
    saved.filter(pk=response.pk).update(saved_at=at(9, days=-9))
    assert remind() == 1


def test_queries_do_not_grow_with_the_people(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert remind() > 0
        return len(found)

    few = queries()
    Enrolment.objects.bulk_create(
        Enrolment(
            learner=one,
            release=cast.release,
            course_key=cast.release.course_key,
            enrolled_at=at(9, days=-5),
        )
        for one in many_people(60)
    )
    assert queries() == few
    assert Reminder.objects.count() == 61


def test_choice_is_kept_once_and_on_record(cast: Cast) -> None:
    for choice in (ReminderChoice.FEW, ReminderChoice.NONE, ReminderChoice.NONE):
        choose_reminders(learner=cast.learner, choice=choice, acting_user=cast.learner, now=NOON)
    assert ReminderSetting.objects.get(learner=cast.learner).choice == ReminderChoice.NONE
    assert not ReminderSetting.objects.filter(learner=UserFactory()).exists()


def test_evening_in_utc_is_still_day_in_lima(cast: Cast) -> None:
    """Lima is five hours behind: 23:30 UTC is half past six in the evening there."""
    assert remind(datetime(2026, 11, 26, 23, 30, tzinfo=UTC)) == 1
