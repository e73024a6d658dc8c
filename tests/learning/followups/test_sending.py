"""What is said after a course, to whom and when; the clock is moved by the tests."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lms.accounts.enums import MembershipRole
from lms.accounts.models import Membership
from lms.learning.enums import (
    AfterInterval,
    EnrolmentState,
    FollowUpState,
    NoticeKind,
    ReminderChoice,
    ReminderKind,
)
from lms.learning.followups import services, tasks
from lms.learning.followups.services.sending import send_after_course
from lms.learning.models import (
    Booster,
    Enrolment,
    FollowUp,
    Notice,
    Reminder,
    ReminderSetting,
)
from lms.learning.notices import send_notices
from tests.accounts.test_mail import TOPIC
from tests.factories import EnrolmentFactory
from tests.factories.certificates import complete
from tests.factories.followups import agree, answer_booster
from tests.learning.cast import NOW, Cast, client_of

pytestmark = pytest.mark.django_db
WEEK, MONTH, QUARTER, HALF = AfterInterval


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def tell(now: datetime) -> int:
    return send_after_course(clock=lambda: now)


def walk(*days: int) -> list[int]:
    """Let the clock go by; return on which of these days something was said."""
    return [day for day in days if tell(later(day))]


def test_half_a_year_goes_by(cast: Cast) -> None:
    agree(cast.learner)

    around = [day + off for day in (7, 14, 30, 37, 92, 99, 181, 188) for off in (-1, 0, 1)]

    assert walk(*around, 200, 260, 300) == [7, 14, 30, 37, 92, 99, 181, 188]
    assert Booster.objects.count() == 4
    assert set(FollowUp.objects.values_list("interval", flat=True)) == {QUARTER, HALF}
    assert not Booster.objects.filter(reminded_at=None).exists()
    assert set(Reminder.objects.values_list("kind", flat=True)) == {ReminderKind.AFTER_COURSE}


def test_the_mail_is_neutral_and_the_notice_tells(cast: Cast) -> None:
    agree(cast.learner)
    tell(later(92))
    send_notices(clock=lambda: later(92))

    notice = Notice.objects.get(kind=NoticeKind.AFTER_COURSE)
    text = f"{mail.outbox[0].subject}\n{mail.outbox[0].body}"
    assert len(mail.outbox) == 1
    assert "Curso de prueba" not in text
    assert not TOPIC.search(text)
    assert "Curso de prueba" in notice.words
    assert client_of(cast.learner).get(notice.path).status_code == 200


def test_two_runs_at_once_say_it_once(cast: Cast) -> None:
    assert [tell(later(7)), tell(later(7)), tell(later(7))] == [1, 0, 0]
    assert Notice.objects.filter(kind=NoticeKind.AFTER_COURSE).count() == 1


def test_nothing_is_said_at_night(cast: Cast) -> None:
    assert tell(later(7) + timedelta(hours=9)) == 0
    assert not Reminder.objects.exists()


def test_no_question_on_practice_without_consent(cast: Cast) -> None:
    tell(later(92))

    assert Booster.objects.count() == 1
    assert not FollowUp.objects.exists()


def _withdrew(cast: Cast) -> None:
    Enrolment.objects.update(state=EnrolmentState.WITHDRAWN, completed_at=None, withdrawn_at=NOW)


def _expired(cast: Cast) -> None:
    Enrolment.objects.update(state=EnrolmentState.EXPIRED, completed_at=None)


def _closed(cast: Cast) -> None:
    cast.learner.is_active = False
    cast.learner.save()


def _wants_none(cast: Cast) -> None:
    ReminderSetting.objects.create(learner=cast.learner, choice=ReminderChoice.NONE)


def _took_it_anew(cast: Cast) -> None:
    EnrolmentFactory(release=cast.release, learner=cast.learner)


def _has_no_questions(cast: Cast) -> None:
    cast.made.quiz.sources.all().delete()


@pytest.mark.parametrize(
    "change", [_withdrew, _expired, _closed, _wants_none, _took_it_anew, _has_no_questions]
)
def test_nothing_is_said_to(cast: Cast, change: Any) -> None:
    change(cast)

    assert tell(later(8)) == 0
    assert not Booster.objects.exists()


def test_whoever_left_the_agency_or_has_no_mail_is_told_on_her_page(cast: Cast) -> None:
    Membership.objects.filter(user=cast.learner, role=MembershipRole.MEMBER).update(
        until_date=NOW.date()
    )
    EmailAddress.objects.filter(user=cast.learner).delete()

    assert tell(later(7)) == 1
    send_notices(clock=lambda: later(7))
    assert mail.outbox == []
    assert Notice.objects.get(kind=NoticeKind.AFTER_COURSE).read_at is None


def test_a_booster_that_was_taken_is_not_reminded_of(cast: Cast) -> None:
    tell(later(7))
    attempt = services.begin_booster(
        enrolment=cast.enrolment, acting_user=cast.learner, now=later(8)
    )
    answer_booster(client_of(cast.learner), attempt, {})

    assert walk(14, 15, 29) == []


def test_whoever_ends_boosters_is_not_invited(cast: Cast) -> None:
    services.choose_boosters(
        learner=cast.learner, is_wanted=False, acting_user=cast.learner, now=NOW
    )

    assert walk(7, 8, 14, 30) == []
    client = client_of(cast.learner)
    client.post("/mi-aprendizaje/despues/repasos/", {"is_wanted": "yes"})
    assert tell(later(31)) == 1


def test_questions_that_were_put_off_come_again_once_and_ended_ones_never(cast: Cast) -> None:
    agree(cast.learner)
    services.choose_boosters(
        learner=cast.learner, is_wanted=False, acting_user=cast.learner, now=NOW
    )
    tell(later(92))
    follow_up = FollowUp.objects.get()
    services.postpone_practice(follow_up=follow_up, acting_user=cast.learner, now=later(93))

    assert [tell(later(day)) for day in (99, 106, 107, 108, 120)] == [0, 0, 1, 0, 0]
    services.end_practice(learner=cast.learner, now=later(121))
    follow_up.refresh_from_db()
    assert follow_up.state == FollowUpState.SKIPPED
    assert tell(later(181)) == 0


def test_one_course_a_day_and_many_people_in_few_queries(cast: Cast) -> None:
    second = EnrolmentFactory(release=cast.release)
    complete(second, now=NOW)
    tell(later(7))
    assert Booster.objects.count() == 2
    counts = []
    for _turn in range(2):
        for _person in range(1 if not counts else 3):
            complete(EnrolmentFactory(release=cast.release), now=NOW)
        with CaptureQueriesContext(connection) as queries:
            tell(later(8))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Booster.objects.count() == 6


def test_the_task_asks_the_clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: later(7))
    tasks.send_followups()

    assert Booster.objects.get().enrolment == cast.enrolment


def test_everything_is_forgotten_with_its_person(cast: Cast) -> None:
    agree(cast.learner)
    tell(later(92))
    services.begin_booster(enrolment=cast.enrolment, acting_user=cast.learner, now=later(92))

    services.forget_after_course(learner=cast.learner, now=later(93))

    assert not Booster.objects.exists()
    assert not FollowUp.objects.exists()
    assert cast.enrolment.attempts.count() == 1
