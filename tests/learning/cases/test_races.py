"""Double clicks and second windows in a walk, each with a connection of its own."""

import pytest

from lms.core.models import AuditEvent
from lms.learning.cases.services import take_choice, think_again
from lms.learning.enums import CaseRunState
from lms.learning.models import CaseRun
from tests.learning.attempts.test_races import all_at_once
from tests.learning.cases.people import make_case_cast, take
from tests.learning.cast import NOW

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]
CROWD = 10


def test_ten_starts_give_one_walk() -> None:
    cast = make_case_cast()
    assert len(set(all_at_once(lambda _number: cast.start().pk, CROWD))) == 1
    assert CaseRun.objects.count() == 1


def test_one_choice_from_ten_windows_is_one_step_and_one_ending() -> None:
    cast = make_case_cast()
    run = take(cast.start(), "a-solas")

    def work(_number: int) -> bool:
        return take_choice(
            run=run, choice_id="derivar", number=1, acting_user=cast.enrolment.learner, now=NOW
        ).is_new

    assert sorted(all_at_once(work, CROWD)) == [False] * (CROWD - 1) + [True]
    run.refresh_from_db()
    assert (run.state, len(run.steps)) == (CaseRunState.ENDED, 2)
    assert AuditEvent.objects.filter(action="case_run_ended").count() == 1


def test_thinking_again_from_ten_windows_begins_one_walk() -> None:
    cast = make_case_cast()
    run = cast.walk("a-solas", "derivar")

    def work(_number: int) -> int:
        learner = cast.enrolment.learner
        return think_again(run=run, number=2, acting_user=learner, now=NOW).run.pk

    assert len(set(all_at_once(work, CROWD))) == 1
    assert CaseRun.objects.count() == 2
