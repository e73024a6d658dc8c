"""Several workers remind at once."""

from datetime import datetime, timedelta

import pytest

from lms.learning.models import Notice, Reminder
from lms.learning.quiet_hours import LIMA
from lms.learning.reminders.services import send_reminders
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.learning.attempts.test_races import all_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
    pytest.mark.filterwarnings("ignore:task_always_eager has no effect"),
]
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=LIMA)
WORKERS = 4


def test_workers_at_once_remind_everybody_once() -> None:
    release = release_course_for_tests(make_course())
    for _one in range(3):
        EnrolmentFactory(release=release, enrolled_at=NOON - timedelta(days=9))

    told = all_at_once(lambda _number: send_reminders(clock=lambda: NOON), WORKERS)

    assert sum(told) == 3
    assert Reminder.objects.count() == Notice.objects.count() == 3
    assert Notice.objects.values("learner").distinct().count() == 3
