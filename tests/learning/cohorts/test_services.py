"""Making and changing cohorts, and who may be in one."""

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest

from lms.core.models import AuditEvent
from lms.learning.cohorts.services import (
    CohortRefused,
    change_cohort,
    create_cohort,
    join_cohort,
    leave_cohort,
)
from lms.learning.enums import CertificateTiming, EnrolmentState
from lms.learning.models import Cohort, Enrolment
from lms.learning.services import withdraw
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, Cast

pytestmark = pytest.mark.django_db

FIELDS: dict[str, Any] = {
    "name": "Primer grupo",
    "starts_date": date(2026, 11, 1),
    "ends_date": date(2026, 12, 31),
    "certificate_timing": CertificateTiming.BY_TRAINER,
}


def actions() -> list[str]:
    rows = AuditEvent.objects.filter(action__startswith="cohort").order_by("pk")
    return list(rows.values_list("action", flat=True))


def in_cohort(cohort: Cohort) -> set[int]:
    return set(Enrolment.objects.filter(cohort=cohort).values_list("pk", flat=True))


def join(cast: Cast, cohort: Cohort, enrolments: Collection[Enrolment]) -> int:
    return join_cohort(cohort=cohort, enrolments=enrolments, acting_user=cast.trainer, now=NOW)


def test_cohort_is_made_and_noted(cast: Cast) -> None:
    cohort = create_cohort(release=cast.release, acting_user=cast.trainer, now=NOW, **FIELDS)

    kept = Cohort.objects.get()
    assert {name: getattr(kept, name) for name in FIELDS} == FIELDS
    assert (kept.release, kept.created_at, kept.created_by) == (cast.release, NOW, cast.trainer)
    assert AuditEvent.objects.get(action="cohort_created").target_id == str(cohort.pk)


def test_release_has_a_name_once(cast: Cast) -> None:
    made = make_cohort(cast.release, name="Primer grupo")
    other = make_cohort(cast.release, name="Otro grupo")

    with pytest.raises(CohortRefused):
        create_cohort(release=cast.release, acting_user=cast.trainer, now=NOW, **FIELDS)
    with pytest.raises(CohortRefused):
        change_cohort(cohort=other, acting_user=cast.trainer, now=NOW, **FIELDS)

    assert set(Cohort.objects.values_list("pk", "name")) == {
        (made.pk, "Primer grupo"),
        (other.pk, "Otro grupo"),
    }


def test_change_says_what_changed_and_nothing_when_nothing_did(cast: Cast) -> None:
    cohort = create_cohort(release=cast.release, acting_user=cast.trainer, now=NOW, **FIELDS)
    wanted = {**FIELDS, "name": "Segundo grupo", "ends_date": date(2027, 1, 31)}

    for _press in range(2):
        change_cohort(cohort=cohort, acting_user=cast.trainer, now=NOW, **wanted)

    cohort.refresh_from_db()
    assert {name: getattr(cohort, name) for name in FIELDS} == wanted
    assert AuditEvent.objects.get(action="cohort_changed").changed_fields == ["ends_date", "name"]


def test_people_join_once_and_leave(cast: Cast) -> None:
    cohort = make_cohort(cast.release)
    other = EnrolmentFactory(release=cast.release)

    assert join(cast, cohort, [cast.enrolment, other]) == 2
    assert join(cast, cohort, [cast.enrolment, other]) == 0
    assert in_cohort(cohort) == {cast.enrolment.pk, other.pk}

    left = leave_cohort(cohort=cohort, enrolments=[other], acting_user=cast.trainer, now=NOW)

    assert (left, in_cohort(cohort)) == (1, {cast.enrolment.pk})
    assert actions() == ["cohort_joined", "cohort_joined", "cohort_left"]


def test_enrolment_of_another_release_refuses_the_whole(cast: Cast) -> None:
    cohort = make_cohort(cast.release)
    newer = EnrolmentFactory(release=release_course_for_tests(cast.made))
    elsewhere = EnrolmentFactory(release=release_course_for_tests(make_course(slug="otro")))

    for stranger in (newer, elsewhere):
        with pytest.raises(CohortRefused):
            join(cast, cohort, [cast.enrolment, stranger])

    assert (in_cohort(cohort), actions()) == (set(), [])


def test_nobody_is_in_two_cohorts_or_joins_after_her_enrolment_ended(cast: Cast) -> None:
    first, second = make_cohort(cast.release), make_cohort(cast.release)
    gone = EnrolmentFactory(release=cast.release)
    withdraw(enrolment=gone, acting_user=gone.learner, now=NOW)
    join(cast, first, [cast.enrolment])

    for refused in (cast.enrolment, gone):
        with pytest.raises(CohortRefused):
            join(cast, second, [refused])

    assert (in_cohort(first), in_cohort(second)) == ({cast.enrolment.pk}, set())


def test_whoever_has_completed_may_join_and_then_stays(cast: Cast) -> None:
    cohort = make_cohort(cast.release)
    other = EnrolmentFactory(release=cast.release)
    complete(cast.enrolment, now=NOW)
    join(cast, cohort, [cast.enrolment, other])

    with pytest.raises(CohortRefused):
        leave_cohort(
            cohort=cohort, enrolments=[cast.enrolment, other], acting_user=cast.trainer, now=NOW
        )

    assert in_cohort(cohort) == {cast.enrolment.pk, other.pk}
    assert Enrolment.objects.get(pk=cast.enrolment.pk).state == EnrolmentState.COMPLETED


def test_nobody_is_taken_out_of_another_cohort(cast: Cast) -> None:
    first, second = make_cohort(cast.release), make_cohort(cast.release)
    join(cast, first, [cast.enrolment])

    left = leave_cohort(
        cohort=second, enrolments=[cast.enrolment], acting_user=cast.trainer, now=NOW
    )

    assert (left, in_cohort(first)) == (0, {cast.enrolment.pk})
