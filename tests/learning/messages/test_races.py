"""One form is sent by several presses at once."""

from uuid import uuid4

import pytest

from lms.learning.models import Message, Notice
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.factories.messages import many_in, write_message
from tests.learning.attempts.test_races import all_at_once
from tests.learning.cast import NOW

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
    pytest.mark.filterwarnings("ignore:task_always_eager has no effect"),
]
PRESSES = 4


def test_form_that_is_sent_several_times_at_once_makes_one_message() -> None:
    cohort = make_cohort(release_course_for_tests(make_course()))
    people, trainer, key = many_in(cohort, 3), UserFactory(), uuid4()

    def press(_number: int) -> int:
        return write_message(cohort, by=trainer, now=NOW, form_key=key).pk

    assert set(all_at_once(press, PRESSES)) == {Message.objects.get().pk}
    assert Notice.objects.count() == len(people)
