"""What learners are told of their place in a cohort and of its last day."""

from datetime import timedelta

import pytest

from lms.learning.cohorts.services import change_cohort, join_cohort, leave_cohort
from lms.learning.enums import EnrolmentState, NoticeKind, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment, Notice
from tests.factories import AgencyFactory, EnrolmentFactory
from tests.factories.certificates import complete
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    return make_cohort(cast.release)


def move_end(cohort: Cohort, cast: Cast, *, days: int) -> None:
    change_cohort(
        cohort=cohort,
        name=cohort.name,
        starts_date=cohort.starts_date,
        ends_date=cohort.ends_date + timedelta(days=days),
        certificate_timing=cohort.certificate_timing,
        acting_user=cast.trainer,
        now=NOW,
    )


def test_whoever_is_put_in_or_taken_out_is_told_once(cohort: Cohort, cast: Cast) -> None:
    for act in (join_cohort, leave_cohort):
        act(cohort=cohort, enrolments=[cast.enrolment], acting_user=cast.trainer, now=NOW)
    told = Notice.objects.order_by("pk")
    assert [(one.learner_id, one.kind) for one in told] == [
        (cast.learner.pk, NoticeKind.PLACE_CHANGED),
        (cast.learner.pk, NoticeKind.PLACE_CHANGED),
    ]
    assert [one.read_at is None for one in told] == [False, True]


def test_whoever_waited_is_told_once_that_she_was_put_in(cohort: Cohort, cast: Cast) -> None:
    place = CohortPlace.objects.create(
        cohort=cohort, learner=cast.learner, state=PlaceState.WAITING, created_at=NOW
    )
    join_cohort(cohort=cohort, enrolments=[cast.enrolment], acting_user=cast.trainer, now=NOW)
    place.refresh_from_db()
    assert place.state == PlaceState.SEATED
    assert Notice.objects.filter(learner=cast.learner).count() == 1


def test_nomination_does_not_inherit_what_was_completed_before(cohort: Cohort, cast: Cast) -> None:
    done = complete(cast.enrolment, now=NOW)
    place = CohortPlace.objects.create(
        cohort=cohort,
        learner=cast.learner,
        agency=AgencyFactory(),
        state=PlaceState.WAITING,
        created_at=NOW,
    )
    join_cohort(cohort=cohort, enrolments=[done], acting_user=cast.trainer, now=NOW)
    place.refresh_from_db()
    assert (place.state, place.enrolment) == (PlaceState.WAITING, None)


def test_another_last_day_is_told_to_whom_it_concerns(cohort: Cohort, cast: Cast) -> None:
    Enrolment.objects.filter(pk=cast.enrolment.pk).update(cohort=cohort)
    EnrolmentFactory(release=cast.release, cohort=cohort, due_date=cohort.ends_date)
    EnrolmentFactory(release=cast.release, cohort=cohort, state=EnrolmentState.EXPIRED)
    EnrolmentFactory(release=cast.release, cohort=cohort, learner=cast.trainer)
    move_end(cohort, cast, days=0)
    assert not Notice.objects.exists()
    move_end(cohort, cast, days=7)
    told = Notice.objects.get()
    assert (told.learner_id, told.kind) == (cast.learner.pk, NoticeKind.DEADLINE_CHANGED)
    assert "2027" in told.words
