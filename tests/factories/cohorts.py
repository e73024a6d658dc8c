"""Cohorts, and people who completed the course in one."""

from datetime import date, datetime
from itertools import count
from typing import Any

from courses.models import CourseRelease
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort, Enrolment
from tests.factories.accounts import UserFactory
from tests.factories.certificates import complete
from tests.factories.courses import MADE_AT
from tests.factories.learning import EnrolmentFactory

NUMBERS = count(1)


def make_cohort(
    release: CourseRelease,
    *,
    timing: CertificateTiming = CertificateTiming.BY_TRAINER,
    **fields: Any,
) -> Cohort:
    """Return an empty cohort of a release, whose certificates wait for the trainer."""
    return Cohort.objects.create(
        release=release,
        name=fields.pop("name", f"Grupo {next(NUMBERS)}"),
        starts_date=date(2026, 11, 1),
        ends_date=date(2026, 12, 31),
        certificate_timing=timing,
        created_at=MADE_AT,
        **fields,
    )


def completed_in(cohort: Cohort, *, now: datetime, name: str = "", **person: Any) -> Enrolment:
    """Return somebody of a cohort who has completed the course, without a certificate."""
    if name:
        person["full_name"] = name
    learner = UserFactory(**person)
    enrolment: Enrolment = EnrolmentFactory(release=cohort.release, cohort=cohort, learner=learner)
    return complete(enrolment, now=now)
