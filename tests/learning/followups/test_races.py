"""Several workers tell at once, and a booster is begun in several tabs."""

from datetime import datetime, timedelta

import pytest

from lms.learning.followups import services
from lms.learning.models import Attempt, Booster, Notice, Reminder
from lms.learning.quiet_hours import LIMA
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete
from tests.learning.attempts.test_races import all_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
    pytest.mark.filterwarnings("ignore:task_always_eager has no effect"),
]
NOON = datetime(2026, 11, 26, 12, 0, tzinfo=LIMA)
WORKERS = 4


def test_workers_at_once_tell_everybody_once() -> None:
    release = release_course_for_tests(make_course())
    for _one in range(2):
        done = complete(EnrolmentFactory(release=release), now=NOON - timedelta(days=8))

    told = all_at_once(lambda _number: services.send_after_course(clock=lambda: NOON), WORKERS)

    assert sum(told) == 2
    assert Reminder.objects.count() == Notice.objects.count() == Booster.objects.count() == 2

    begun = all_at_once(
        lambda _number: (
            services.begin_booster(enrolment=done, acting_user=done.learner, now=NOON).pk
        ),
        WORKERS,
    )
    assert len(set(begun)) == 1
    assert Attempt.objects.filter(booster__isnull=False).count() == 1
