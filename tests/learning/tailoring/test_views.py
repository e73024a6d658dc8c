"""The pages by which a trainer changes something for one learner."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.enums import FeedbackTiming
from courses.models import Quiz
from lms.learning.attempts.services import AttemptRefused, start_attempt, submit_attempt
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, Enrolment, Exemption
from tests.factories import make_course
from tests.factories.following import Group, make_group
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(make_course(lessons=1))


@pytest.fixture
def group(cast: Cast) -> Group:
    found = make_group(cast.release, name="Valle Alto")
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=found.cohort)
    cast.enrolment.refresh_from_db()
    return found


def address(name: str, cast: Cast, *more: Any) -> str:
    return reverse(name, args=[cast.enrolment.cohort_id, cast.enrolment.pk, *more])


def post(cast: Cast, url: str, **data: Any) -> Any:
    return client_of(cast.trainer).post(url, data)


def failed_attempt(cast: Cast, group: Group) -> Attempt:
    Quiz.objects.update(feedback=FeedbackTiming.NONE)
    attempt = start_attempt(
        enrolment=cast.enrolment, quiz_key=group.keys[1], acting_user=cast.learner, now=NOW
    )
    return submit_attempt(attempt=attempt, acting_user=cast.learner, now=NOW)


def test_acts_are_posted_by_the_staff_of_the_course_only(cast: Cast, group: Group) -> None:
    attempt = failed_attempt(cast, group)
    other = make_cast(make_course(slug="otro"))
    urls = [
        address("move_deadline", cast),
        address("withdraw_learner", cast),
        address("exempt_item", cast, group.keys[0]),
        address("take_back_exemption", cast, group.keys[0]),
        address("reopen_attempt", cast, attempt.public_id),
        reverse("stuck_rule", args=[group.cohort.pk]),
    ]
    outsiders = [cast.learner, cast.coordinator, cast.stranger, other.trainer]

    answers = {
        client_of(user).post(url, {"reason": "Sí."}).status_code
        for user in outsiders
        for url in urls
    }

    assert answers == {404}
    assert {client_of(None).post(url).status_code for url in urls} == {302}
    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.ACTIVE


def test_deadline_is_moved(cast: Cast, group: Group) -> None:
    day = timezone.localdate() + timedelta(days=9)

    answer = post(
        cast, address("move_deadline", cast), due_date=day.isoformat(), reason="Por comisión."
    )

    assert answer["Location"] == address("cohort_person", cast)
    assert Enrolment.objects.get(pk=cast.enrolment.pk).due_date == day
    page = client_of(cast.learner).get(reverse("my_learning"))
    [(_course, [change])] = page.context["desk"].under_way_with_changes
    assert change.words in page.content.decode()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"due_date": "2020-01-01", "reason": "Por comisión."}, "due_date"),
        ({"due_date": "mañana", "reason": "Por comisión."}, "due_date"),
        ({"due_date": "2099-01-01", "reason": ""}, "reason"),
        ({"due_date": "2099-01-01", "reason": "x" * 301}, "reason"),
    ],
)
def test_bad_deadline_is_told_at_its_field(
    cast: Cast, group: Group, data: dict[str, str], field: str
) -> None:
    answer = post(cast, address("move_deadline", cast), **data)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert data["reason"] in answer.content.decode()
    assert Enrolment.objects.get(pk=cast.enrolment.pk).due_date is None


def test_item_is_let_off_and_asked_for_again(cast: Cast, group: Group) -> None:
    quiz = group.keys[1]

    post(cast, address("exempt_item", cast, quiz), reason="Ya lo dicta.")

    assert Exemption.objects.get().item_key == quiz
    with pytest.raises(AttemptRefused):
        start_attempt(enrolment=cast.enrolment, quiz_key=quiz, acting_user=cast.learner, now=NOW)
    post(cast, address("take_back_exemption", cast, quiz))
    assert not Exemption.objects.exists()
    attempt = start_attempt(
        enrolment=cast.enrolment, quiz_key=quiz, acting_user=cast.learner, now=NOW
    )
    assert attempt.state == AttemptState.IN_PROGRESS


def test_what_was_never_promised_is_not_there(cast: Cast, group: Group) -> None:
    client = client_of(cast.trainer)
    elsewhere = failed_attempt(cast, group)
    other = group.join()
    person = [group.cohort.pk, other.pk]

    assert client.get(address("exempt_item", cast, uuid4())).status_code == 404
    assert client.get(address("take_back_exemption", cast, group.keys[0])).status_code == 404
    url = reverse("reopen_attempt", args=[*person, elsewhere.public_id])
    assert client.get(url).status_code == 404


def test_attempt_is_opened_again(cast: Cast, group: Group) -> None:
    attempt = failed_attempt(cast, group)
    url = address("reopen_attempt", cast, attempt.public_id)

    shown = client_of(cast.trainer).get(url)
    answer = post(cast, url, minutes="40", reason="Se cortó la luz.")

    assert shown.status_code == 200
    assert answer["Location"] == address("cohort_person", cast)
    assert Attempt.objects.get().state == AttemptState.IN_PROGRESS
    page = client_of(cast.learner).get(reverse("my_learning")).content.decode()
    assert "Se cortó la luz." in page


def test_what_was_told_already_is_refused_with_the_words_kept(cast: Cast, group: Group) -> None:
    attempt = failed_attempt(cast, group)
    Attempt.objects.update(rule={**attempt.rule, "feedback": FeedbackTiming.AT_END})

    answer = post(
        cast,
        address("reopen_attempt", cast, attempt.public_id),
        minutes="40",
        reason="Se cortó la luz.",
    )

    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors()
    assert "Se cortó la luz." in answer.content.decode()
    assert Attempt.objects.get().state == AttemptState.MARKED


def test_learner_is_taken_off_with_a_reason(cast: Cast, group: Group) -> None:
    url = address("withdraw_learner", cast)

    assert post(cast, url, reason=" ").status_code == 400
    assert post(cast, url, reason="Cambió de área.").status_code == 302
    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.WITHDRAWN


def test_rule_of_the_cohort_is_changed_within_bounds(cast: Cast, group: Group) -> None:
    url = reverse("stuck_rule", args=[group.cohort.pk])

    refused = post(cast, url, stuck_days="0", stuck_failures="99")
    changed = post(cast, url, stuck_days="3", stuck_failures="1")

    assert list(refused.context["form"].errors) == ["stuck_days", "stuck_failures"]
    assert changed["Location"] == reverse("cohort", args=[group.cohort.pk])
    group.cohort.refresh_from_db()
    assert (group.cohort.stuck_days, group.cohort.stuck_failures) == (3, 1)
